using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Prices;

/// <summary>
/// Makes a price book from the <c>data.json</c> of pydantic/genai-prices (MIT). Only what a cost needs is taken over;
/// what cannot be taken over exactly fails the import rather than becoming a wrong price.
/// </summary>
public static class GenAiPricesImport
{
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Theirs, UsageClass Ours)[] s_classes =
    [
        ("input_mtok", UsageClass.Input),
        ("cache_read_mtok", UsageClass.CacheRead),
        ("cache_write_mtok", UsageClass.CacheWrite5m),
        ("output_mtok", UsageClass.Output),
        ("input_audio_mtok", UsageClass.AudioInput),
        ("cache_audio_read_mtok", UsageClass.AudioCacheRead),
        ("output_audio_mtok", UsageClass.AudioOutput),
        ("requests_kcount", UsageClass.Request),
    ];

    /// <summary>Converts one into the other.</summary>
    /// <param name="genAiPrices">The source's <c>prices/data.json</c>.</param>
    /// <param name="date">The day of the prices, which the file does not name.</param>
    /// <param name="source">Where the file is from, as in <c>pydantic/genai-prices@47df840a</c>.</param>
    /// <returns>The price book as JSON in UTF-8, one model a line, the same for the same input.</returns>
    /// <exception cref="FormatException">The file is not what it should be; the message says where.</exception>
    public static byte[] Convert(Stream genAiPrices, DateOnly date, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(genAiPrices);
            var overlay = PriceOverlay.Read();
            var book = new StringBuilder()
                .Append("{\"format\":\"assay-prices/1\",\"date\":\"").Append(date.ToString("yyyy-MM-dd")).Append("\",\n\"source\":")
                .Append(Json(writer => writer.WriteStringValue(source)))
                .Append(",\n\"providers\":[");
            var separator = "\n";
            foreach (var provider in document.RootElement.EnumerateArray())
            {
                book.Append(separator);
                Append(book, provider, overlay);
                separator = ",\n";
            }

            return Encoding.UTF8.GetBytes(book.Append("\n]}\n").ToString());
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"This is not the data.json of genai-prices: {fault.Message}", fault);
        }
    }

    private static void Append(StringBuilder book, JsonElement provider, PriceOverlay overlay)
    {
        var id = provider.GetProperty("id").GetString()!;
        var head = Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("name", provider.GetProperty("name").GetString());
            if (provider.TryGetProperty("fallback_model_providers", out var fallback))
            {
                writer.WritePropertyName("fallback");
                fallback.WriteTo(writer);
            }

            foreach (var shared in overlay.Shared(id))
            {
                shared.WriteTo(writer);
            }

            writer.WriteEndObject();
        });

        book.Append(head.AsSpan(0, head.Length - 1)).Append(",\"models\":[");
        var separator = "\n";
        foreach (var model in provider.GetProperty("models").EnumerateArray())
        {
            if (ModelLine(id, model, overlay) is { } line)
            {
                book.Append(separator).Append(line);
                separator = ",\n";
            }
        }

        book.Append("]}");
    }

    private static string? ModelLine(string provider, JsonElement model, PriceOverlay overlay)
    {
        var id = model.GetProperty("id").GetString()!;
        var where = $"{provider}/{id}";
        var eras = Eras(model.GetProperty("prices"), id, where, overlay.IsFree(provider, id), overlay);
        if (eras.Count == 0)
        {
            // No price is stated: unknown, which is not free.
            return null;
        }

        return Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            var name = model.TryGetProperty("name", out var given) ? given.GetString() : null;
            if (name is not null && name != id)
            {
                writer.WriteString("name", name);
            }

            if (model.TryGetProperty("context_window", out var context) && context.ValueKind == JsonValueKind.Number)
            {
                writer.WriteNumber("context", context.GetInt64());
            }

            if (model.TryGetProperty("deprecated", out var deprecated) && deprecated.ValueKind == JsonValueKind.True)
            {
                writer.WriteBoolean("deprecated", true);
            }

            var patterns = GenAiMatch.Patterns(model.GetProperty("match"), where);
            if (patterns is not [var only] || only != id)
            {
                writer.WriteStartArray("match");
                patterns.ForEach(writer.WriteStringValue);
                writer.WriteEndArray();
            }

            writer.WritePropertyName("prices");
            if (eras.Count == 1)
            {
                Write(writer, eras[0]);
            }
            else
            {
                writer.WriteStartArray();
                eras.ForEach(era => Write(writer, era));
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });
    }

    private static List<Era> Eras(JsonElement prices, string id, string where, bool isFree, PriceOverlay overlay)
    {
        var eras = new List<Era>();
        var dated = prices.ValueKind == JsonValueKind.Array;
        foreach (var one in dated ? prices.EnumerateArray().ToArray() : [prices])
        {
            var stated = Prices(dated ? one.GetProperty("prices") : one, where);
            if (stated.Count == 0 && isFree)
            {
                stated[UsageClass.Input] = stated[UsageClass.Output] = new ClassPrice(0);
            }

            overlay.Derive(id, stated);
            var constraint = dated && one.TryGetProperty("constraint", out var found) ? found : default;
            if (stated.Count > 0)
            {
                eras.Add(new Era(stated, Text(constraint, "start_date"), Hours(constraint, where)));
            }
            else if (eras.Count > 0)
            {
                throw new FormatException($"{where}: a price ends without another; the format has no way to say so");
            }
        }

        return eras;
    }

    private static SortedDictionary<UsageClass, ClassPrice> Prices(JsonElement stated, string where)
    {
        var prices = new SortedDictionary<UsageClass, ClassPrice>();
        foreach (var property in stated.EnumerateObject())
        {
            var (theirs, ours) = Array.Find(s_classes, known => property.NameEquals(known.Theirs));
            if (theirs is null)
            {
                throw new FormatException($"{where}: the price {property.Name} is not known to this importer");
            }

            // Theirs are by the thousand requests, ours by the million.
            var scale = ours == UsageClass.Request ? 1000 : 1;
            var value = property.Value;
            prices[ours] = value.ValueKind == JsonValueKind.Object
                ? new ClassPrice(
                    Nanos(value.GetProperty("base"), where) * scale,
                    [.. value.GetProperty("tiers").EnumerateArray().Select(tier =>
                        new ContextTier(tier.GetProperty("start").GetInt64(), Nanos(tier.GetProperty("price"), where) * scale))])
                : new ClassPrice(Nanos(value, where) * scale);
        }

        return prices;
    }

    private static long Nanos(JsonElement price, string where) =>
        PriceText.TryParseNoisyUsd(price.GetRawText(), out var nanos)
            ? nanos
            : throw new FormatException($"{where}: {price} is not a price");

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static string? Hours(JsonElement constraint, string where)
    {
        if (Text(constraint, "start_time") is not { } from || Text(constraint, "end_time") is not { } to)
        {
            return null;
        }

        const string Utc = ":00Z";
        return from.Length == 9 && to.Length == 9 && from.EndsWith(Utc, StringComparison.Ordinal) && to.EndsWith(Utc, StringComparison.Ordinal)
            ? $"{from[..5]}-{to[..5]}"
            : throw new FormatException($"{where}: hours {from} to {to} are not whole minutes in UTC");
    }

    private static void Write(Utf8JsonWriter writer, Era era)
    {
        writer.WriteStartObject();
        if (era.From is not null)
        {
            writer.WriteString("from", era.From);
        }

        if (era.Hours is not null)
        {
            writer.WriteString("hours", era.Hours);
        }

        foreach (var (usageClass, price) in era.Prices)
        {
            writer.WritePropertyName(ClassNames.Name(usageClass));
            if (price.Tiers.Count == 0)
            {
                writer.WriteRawValue(PriceText.FormatUsd(price.Price));
                continue;
            }

            writer.WriteStartObject();
            writer.WritePropertyName("base");
            writer.WriteRawValue(PriceText.FormatUsd(price.Price));
            writer.WriteStartArray("tiers");
            foreach (var tier in price.Tiers)
            {
                writer.WriteStartObject();
                writer.WriteNumber("above", tier.Above);
                writer.WritePropertyName("price");
                writer.WriteRawValue(PriceText.FormatUsd(tier.Price));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, s_compact))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private sealed record Era(SortedDictionary<UsageClass, ClassPrice> Prices, string? From, string? Hours);
}
