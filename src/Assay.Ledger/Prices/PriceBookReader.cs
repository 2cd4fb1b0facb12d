using System.Text.Json;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Prices;

/// <summary>Reads the JSON format of docs/prices.md. It is strict: a slip in a price file must not become a wrong price.</summary>
internal static class PriceBookReader
{
    private static readonly string[] s_bookKeys = ["format", "date", "source", "providers"];
    private static readonly string[] s_providerKeys = ["id", "name", "fallback", "prices", "serviceTiers", "models"];
    private static readonly string[] s_modelKeys = ["id", "name", "context", "deprecated", "match", "prices"];
    private static readonly string[] s_tierKeys = ["multiplier", "except", "prices"];

    public static (string Date, IReadOnlyList<PricedProvider> Providers) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return ReadBook(document.RootElement);
        }
        catch (JsonException fault)
        {
            throw new FormatException($"The price book is not JSON: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"The price book has a value that is missing or of the wrong kind: {fault.Message}", fault);
        }
    }

    public static ClassPrices ReadPrices(JsonElement json, string where, out When when)
    {
        var (startMs, hours) = (long.MinValue, new List<HourSpan>());
        var prices = new Dictionary<UsageClass, ClassPrice>();
        foreach (var property in json.EnumerateObject())
        {
            var text = property.Value.ToString();
            if (property.NameEquals("from"))
            {
                Require(PriceText.TryParseDate(text, out startMs), $"{where}.from", "is not a date such as 2026-09-01");
            }
            else if (property.NameEquals("hours"))
            {
                Require(PriceText.TryParseHours(text, out var span), $"{where}.hours", "is not a span such as 16:30-00:30");
                hours.Add(span);
            }
            else
            {
                Require(ClassNames.TryGet(property.Name, out var usageClass), $"{where}.{property.Name}", "is no usage class");
                var price = ReadPrice(property.Value, $"{where}.{property.Name}");
                Require(prices.TryAdd(usageClass, price), $"{where}.{property.Name}", "is there twice");
            }
        }

        when = startMs == long.MinValue && hours.Count == 0 ? When.Always : new When(startMs, hours);
        return ClassPrices.From(prices);
    }

    public static IReadOnlyList<ServiceTierTerms> ReadTiers(JsonElement json, string where)
    {
        var tiers = new List<ServiceTierTerms>();
        foreach (var property in json.EnumerateObject())
        {
            var at = $"{where}.{property.Name}";
            Known(property.Value, s_tierKeys, at);
            var multiplier = new Fraction(1, 1);
            if (property.Value.TryGetProperty("multiplier", out var factor))
            {
                Require(Fraction.TryParse(factor.ToString(), out multiplier), $"{at}.multiplier", "is not a factor such as 1/2");
            }

            var except = new List<UsageClass>();
            foreach (var name in Items(property.Value, "except"))
            {
                Require(ClassNames.TryGet(name.GetString()!, out var usageClass), $"{at}.except", $"has no class {name}");
                except.Add(usageClass);
            }

            var prices = property.Value.TryGetProperty("prices", out var own) ? ReadUndated(own, $"{at}.prices") : ClassPrices.None;
            tiers.Add(new ServiceTierTerms(property.Name, multiplier, except, prices));
        }

        return tiers;
    }

    /// <summary>Prices that a whole provider or tier shares cannot have dates.</summary>
    public static ClassPrices ReadUndated(JsonElement json, string where)
    {
        var prices = ReadPrices(json, where, out var when);
        Require(when.IsAlways, where, "cannot have from or hours");
        return prices;
    }

    private static (string Date, IReadOnlyList<PricedProvider> Providers) ReadBook(JsonElement book)
    {
        Known(book, s_bookKeys, "price book");
        Require(Text(book, "format", "") == "assay-prices/1", "format", "must be assay-prices/1");
        var date = Text(book, "date", "");
        Require(PriceText.TryParseDate(date, out _), "date", "is not a date such as 2026-09-01");
        var providers = new List<PricedProvider>();
        foreach (var provider in Items(book, "providers"))
        {
            var read = ReadProvider(provider, $"providers[{providers.Count}]");
            Require(
                !providers.Exists(other => string.Equals(other.Id, read.Id, StringComparison.OrdinalIgnoreCase)),
                $"providers[{providers.Count}].id",
                "is there twice");
            providers.Add(read);
        }

        return (date, providers);
    }

    private static PricedProvider ReadProvider(JsonElement json, string where)
    {
        Known(json, s_providerKeys, where);
        var id = Text(json, "id", where);
        Require(id.Length > 0, $"{where}.id", "is missing");
        var models = new List<PricedModel>();
        foreach (var model in Items(json, "models"))
        {
            models.Add(ReadModel(model, $"{where}.models[{models.Count}]"));
        }

        return new PricedProvider(
            id,
            Text(json, "name", where) is { Length: > 0 } name ? name : id,
            [.. Items(json, "fallback").Select(item => item.GetString()!)],
            json.TryGetProperty("prices", out var prices) ? ReadUndated(prices, $"{where}.prices") : ClassPrices.None,
            json.TryGetProperty("serviceTiers", out var tiers) ? ReadTiers(tiers, $"{where}.serviceTiers") : [],
            models);
    }

    private static PricedModel ReadModel(JsonElement json, string where)
    {
        Known(json, s_modelKeys, where);
        var id = Text(json, "id", where);
        Require(id.Length > 0, $"{where}.id", "is missing");
        var patterns = new List<ModelPattern>();
        foreach (var text in Items(json, "match"))
        {
            Require(ModelPattern.TryParse(text.GetString()!, out var pattern), $"{where}.match", "has an empty or too long pattern");
            patterns.Add(pattern!);
        }

        if (patterns.Count == 0)
        {
            Require(ModelPattern.TryParse(id, out var itself), $"{where}.id", "is too long");
            patterns.Add(itself!);
        }

        Require(json.TryGetProperty("prices", out var prices), $"{where}.prices", "is missing");
        var dated = new List<DatedPrices>();
        foreach (var era in prices.ValueKind == JsonValueKind.Array ? prices.EnumerateArray().ToArray() : [prices])
        {
            var read = ReadPrices(era, $"{where}.prices[{dated.Count}]", out var when);
            Require(!read.IsEmpty, $"{where}.prices[{dated.Count}]", "is empty; a model without a price is left out");
            dated.Add(new DatedPrices(when, read, []));
        }

        return new PricedModel(
            id,
            Text(json, "name", where) is { Length: > 0 } name ? name : id,
            json.TryGetProperty("context", out var context) ? context.GetInt64() : null,
            json.TryGetProperty("deprecated", out var deprecated) && deprecated.GetBoolean(),
            patterns,
            dated);
    }

    private static ClassPrice ReadPrice(JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new ClassPrice(Usd(json, where));
        }

        Known(json, ["base", "tiers"], where);
        var tiers = new List<ContextTier>();
        foreach (var tier in Items(json, "tiers"))
        {
            Known(tier, ["above", "price"], where);
            tiers.Add(new ContextTier(tier.GetProperty("above").GetInt64(), Usd(tier.GetProperty("price"), where)));
        }

        return new ClassPrice(Usd(json.GetProperty("base"), where), tiers);
    }

    private static long Usd(JsonElement json, string where)
    {
        // ToString of a number is its raw text, so that no binary fraction comes between.
        Require(PriceText.TryParseUsd(json.ToString(), out var nanos), where, $"is not a price in USD per million: {json}");
        return nanos;
    }

    private static JsonElement[] Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var items) ? items.EnumerateArray().ToArray() : [];

    private static string Text(JsonElement json, string name, string where)
    {
        if (!json.TryGetProperty(name, out var text))
        {
            return "";
        }

        Require(text.ValueKind == JsonValueKind.String, $"{where}.{name}", "must be a text");
        return text.GetString()!;
    }

    private static void Known(JsonElement json, string[] keys, string where)
    {
        foreach (var property in json.EnumerateObject())
        {
            Require(keys.Contains(property.Name, StringComparer.Ordinal), $"{where}.{property.Name}", "is not known");
        }
    }

    private static void Require(bool holds, string where, string what)
    {
        if (!holds)
        {
            throw new FormatException($"{where} {what}");
        }
    }
}
