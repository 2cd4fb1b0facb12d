using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Ledger.Prices;

/// <summary>
/// Carries a price book on with a newer one: where a price changed, the older one stays for the days before, and the newer one
/// has its day. So a cost of last month can still be computed again, and a change is told.
/// </summary>
public static class PriceHistory
{
    private static readonly JsonSerializerOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Joins two books.</summary>
    /// <param name="older">The book that was in use, as JSON in UTF-8.</param>
    /// <param name="newer">The book of today; all but the past is taken from it.</param>
    /// <param name="from">The day from which its changed prices hold.</param>
    /// <returns>The joined book, one model a line, and its changes in words.</returns>
    /// <exception cref="FormatException">One of them is no price book.</exception>
    public static (byte[] Book, IReadOnlyList<string> Changes) Continue(ReadOnlySpan<byte> older, ReadOnlySpan<byte> newer, DateOnly from)
    {
        try
        {
            var (before, after) = (Parse(older), Parse(newer));
            var day = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var changes = new List<string>();
            var known = Named(before["providers"]!.AsArray());
            var providers = after["providers"]!.AsArray();
            foreach (var provider in providers.Cast<JsonObject>())
            {
                if (known.Remove(Id(provider), out var past))
                {
                    Continue(past, provider, day, changes);
                }
            }

            // Nobody lists them any more, but calls of the past went there.
            foreach (var gone in known.Values)
            {
                providers.Add(gone.DeepClone());
            }

            return (Encoding.UTF8.GetBytes(Text(after)), changes);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or KeyNotFoundException)
        {
            throw new FormatException($"This is no price book: {fault.Message}", fault);
        }
    }

    private static void Continue(JsonObject past, JsonObject provider, string day, List<string> changes)
    {
        foreach (var shared in (ReadOnlySpan<string>)["prices", "serviceTiers"])
        {
            // These have no days; who depends on them has an override.
            if (Json(past[shared]) != Json(provider[shared]))
            {
                changes.Add($"{Id(provider)}: {shared} for all its models changed, without a day: {Json(past[shared])} → {Json(provider[shared])}");
            }
        }

        var known = Named(past["models"]!.AsArray());
        var models = provider["models"]!.AsArray();
        foreach (var model in models.Cast<JsonObject>())
        {
            if (known.Remove(Id(model), out var old))
            {
                Continue(Id(provider), old, model, day, changes);
            }
            else
            {
                changes.Add($"{Id(provider)}/{Id(model)}: new");
            }
        }

        foreach (var gone in known.Values)
        {
            models.Add(gone.DeepClone());
        }
    }

    private static void Continue(string provider, JsonObject past, JsonObject model, string day, List<string> changes)
    {
        var (before, after) = (Prices(past), Prices(model));
        var (then, now) = (At(before, day), At(after, day));
        var (thenLater, nowLater) = (Later(before, day), Later(after, day));
        var isSame = Json(then) == Json(now);
        if (isSame && Json(thenLater) == Json(nowLater))
        {
            model["prices"] = Single(before);
            return;
        }

        JsonArray joined = [.. before.Where(price => From(price) is not { } at || string.CompareOrdinal(at, day) < 0).Select(price => price!.DeepClone())];
        foreach (var price in isSame ? [] : now)
        {
            JsonObject dated = new() { ["from"] = day };
            foreach (var (name, value) in price!.AsObject())
            {
                dated[name] = value?.DeepClone();
            }

            joined.Add(dated);
        }

        foreach (var price in isSame ? before.Where(price => From(price) == day).Concat(nowLater) : nowLater)
        {
            joined.Add(price!.DeepClone());
        }

        model["prices"] = Single(joined);
        changes.Add($"{provider}/{Id(model)}: {(isSame ? "later prices changed" : $"from {day} {Difference(then, now)}")}");
    }

    /// <summary>What holds on a day, without days: the last price for all hours, and those for some hours behind it.</summary>
    private static JsonArray At(JsonArray prices, string day)
    {
        var held = prices.Where(price => From(price) is not { } at || string.CompareOrdinal(at, day) <= 0).Select(price => price!.DeepClone().AsObject()).ToList();
        held.ForEach(price => price.Remove("from"));
        return [.. held.Skip(Math.Max(0, held.FindLastIndex(price => !price.ContainsKey("hours"))))];
    }

    private static JsonArray Later(JsonArray prices, string day) =>
        [.. prices.Where(price => From(price) is { } at && string.CompareOrdinal(at, day) > 0).Select(price => price!.DeepClone())];

    private static string Difference(JsonArray then, JsonArray now)
    {
        var (before, after) = (then.FirstOrDefault()?.AsObject() ?? [], now.FirstOrDefault()?.AsObject() ?? []);
        var differences = before.Select(price => price.Key).Union(after.Select(price => price.Key), StringComparer.Ordinal)
            .Where(name => Json(before[name]) != Json(after[name]))
            .Select(name => $"{name} {Json(before[name])} → {Json(after[name])}");
        var text = string.Join(", ", differences);
        return text.Length > 0 ? text : "prices by hours changed";
    }

    private static JsonArray Prices(JsonObject model) =>
        model["prices"] is JsonArray list ? list.DeepClone().AsArray() : [model["prices"]!.DeepClone()];

    private static JsonNode Single(JsonArray prices) =>
        prices is [JsonObject only] && !only.ContainsKey("from") && !only.ContainsKey("hours") ? only.DeepClone() : prices.DeepClone();

    private static string? From(JsonNode? price) => (string?)price!["from"];

    private static string Id(JsonObject named) => (string)named["id"]!;

    private static Dictionary<string, JsonObject> Named(JsonArray list)
    {
        var named = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var one in list.Cast<JsonObject>())
        {
            named[Id(one)] = one;
        }

        return named;
    }

    private static JsonObject Parse(ReadOnlySpan<byte> book) => JsonNode.Parse(book)!.AsObject();

    private static string Json(JsonNode? node) => node?.ToJsonString(s_compact) ?? "none";

    private static string Text(JsonObject book)
    {
        var text = new StringBuilder();
        text.Append("{\"format\":").Append(Json(book["format"])).Append(",\"date\":").Append(Json(book["date"]))
            .Append(",\n\"source\":").Append(Json(book["source"])).Append(",\n\"providers\":[");
        var between = "\n";
        foreach (var provider in book["providers"]!.AsArray().Cast<JsonObject>())
        {
            var head = provider.DeepClone().AsObject();
            head.Remove("models");
            text.Append(between).Append(Json(head)[..^1]).Append(",\"models\":[\n")
                .AppendJoin(",\n", provider["models"]!.AsArray().Select(Json)).Append("]}");
            between = ",\n";
        }

        return text.Append("\n]}\n").ToString();
    }
}
