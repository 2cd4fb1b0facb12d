using System.Text.Json;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Prices;

/// <summary>Prices that the import adds by hand, from prices-overlay.json: few, well known, each with its source.</summary>
internal sealed class PriceOverlay
{
    private readonly List<Derivation> _derivations = [];
    private readonly HashSet<(string Provider, string Model)> _free = [];
    private readonly Dictionary<string, JsonElement> _providers = new(StringComparer.Ordinal);

    private PriceOverlay(JsonElement json)
    {
        foreach (var rule in json.GetProperty("derive").EnumerateArray())
        {
            _derivations.Add(new Derivation(
                ModelPattern.TryParse(rule.GetProperty("models").GetString()!, out var models) ? models! : throw Bad(rule),
                Class(rule, "class"),
                Class(rule, "where"),
                Fraction.TryParse(rule.GetProperty("ofInput").GetString()!, out var ofInput) ? ofInput : throw Bad(rule)));
        }

        foreach (var free in json.GetProperty("free").EnumerateArray())
        {
            _free.Add((free.GetProperty("provider").GetString()!, free.GetProperty("model").GetString()!));
        }

        foreach (var provider in json.GetProperty("providers").EnumerateArray())
        {
            _providers.Add(provider.GetProperty("id").GetString()!, provider);
        }
    }

    public static PriceOverlay Read()
    {
        using var stream = typeof(PriceOverlay).Assembly.GetManifestResourceStream("Assay.Ledger.Prices.prices-overlay.json")
            ?? throw new InvalidOperationException("The price overlay is missing from this build.");
        using var document = JsonDocument.Parse(stream);
        return new PriceOverlay(document.RootElement.Clone());
    }

    /// <summary>Whether a model that the source lists without prices is known to cost nothing.</summary>
    public bool IsFree(string provider, string model) =>
        model.EndsWith(":free", StringComparison.Ordinal) || _free.Contains((provider, model));

    /// <summary>Adds the prices that follow from those which the source states.</summary>
    public void Derive(string model, SortedDictionary<UsageClass, ClassPrice> prices)
    {
        foreach (var rule in _derivations)
        {
            if (rule.Models.Matches(model)
                && prices.ContainsKey(rule.Where)
                && prices.TryGetValue(UsageClass.Input, out var input))
            {
                prices.TryAdd(rule.Class, input.Scale(rule.OfInput));
            }
        }
    }

    /// <summary>What the overlay says for a whole provider: its <c>prices</c> and <c>serviceTiers</c>.</summary>
    public IEnumerable<JsonProperty> Shared(string provider) =>
        _providers.TryGetValue(provider, out var json)
            ? json.EnumerateObject().Where(property => property.Name is "prices" or "serviceTiers")
            : [];

    private static UsageClass Class(JsonElement rule, string key) =>
        ClassNames.TryGet(rule.GetProperty(key).GetString()!, out var usageClass) ? usageClass : throw Bad(rule);

    private static FormatException Bad(JsonElement rule) => new($"The price overlay has a bad rule: {rule}");

    private sealed record Derivation(ModelPattern Models, UsageClass Class, UsageClass Where, Fraction OfInput);
}
