using System.Collections.Concurrent;

namespace Assay.Ledger.Prices;

/// <summary>A model of the price book, before overrides.</summary>
internal sealed record PricedModel(
    string Id,
    string Name,
    long? ContextWindow,
    bool Deprecated,
    IReadOnlyList<ModelPattern> Patterns,
    IReadOnlyList<DatedPrices> Dated)
{
    public ModelPattern? Match(string model)
    {
        foreach (var pattern in Patterns)
        {
            if (pattern.Matches(model))
            {
                return pattern;
            }
        }

        return null;
    }
}

/// <summary>A provider of the price book: its models in the order in which they are tried, and what they share.</summary>
internal sealed record PricedProvider(
    string Id,
    string Name,
    IReadOnlyList<string> Fallbacks,
    ClassPrices Prices,
    IReadOnlyList<ServiceTierTerms> Tiers,
    IReadOnlyList<PricedModel> Models)
{
    public static PricedProvider Empty(string id) => new(id, id, [], ClassPrices.None, [], []);
}

/// <summary>Finds sheets at one provider and keeps them.</summary>
internal sealed class SheetFinder(
    PricedProvider provider, IReadOnlyList<PricedProvider> fallbacks, IReadOnlyList<PriceRule> rules)
{
    /// <summary>Clients choose model names, so what is kept is bounded; beyond it, it is kept anew from nothing.</summary>
    public const int SheetsMax = 2048;

    private ConcurrentDictionary<string, PriceSheet?> _sheets = new(StringComparer.Ordinal);
    private int _count;

    public PricedProvider Provider => provider;

    public int Kept => Volatile.Read(ref _sheets).Count;

    public PriceSheet? Find(string model)
    {
        var sheets = Volatile.Read(ref _sheets);
        return sheets.TryGetValue(model, out var sheet) ? sheet : Keep(sheets, model);
    }

    /// <summary>The sheet of one model of the book, whatever other model its id would find.</summary>
    public PriceSheet? SheetOf(PricedModel model) => Make(model.Id, model, model.Match(model.Id) ?? model.Patterns[0]);

    private PriceSheet? Keep(ConcurrentDictionary<string, PriceSheet?> sheets, string model)
    {
        if (model.Length > ModelPattern.LengthMax)
        {
            return null;
        }

        var sheet = Look(model);
        if (sheets.TryAdd(model, sheet) && Interlocked.Increment(ref _count) >= SheetsMax)
        {
            Volatile.Write(ref _sheets, new(StringComparer.Ordinal));
            Volatile.Write(ref _count, 0);
        }

        return sheet;
    }

    private PriceSheet? Look(string model)
    {
        foreach (var entry in provider.Models.Concat(fallbacks.SelectMany(other => other.Models)))
        {
            if (entry.Match(model) is { } pattern)
            {
                return Make(model, entry, pattern);
            }
        }

        return Make(model, null, null);
    }

    private PriceSheet? Make(string model, PricedModel? entry, ModelPattern? pattern)
    {
        List<DatedPrices> dated = [];
        foreach (var one in entry?.Dated ?? [])
        {
            dated.Add(new DatedPrices(one.When, one.Prices.Or(provider.Prices), [.. one.Tiers, .. provider.Tiers]));
        }

        // The last that applies wins: an override is put behind the prices that it changes, once for each of them, and
        // once alone for the times at which none of them applies.
        var nothing = new DatedPrices(When.Always, provider.Prices, provider.Tiers);
        var overrides = new List<string>();
        foreach (var rule in rules)
        {
            if (rule.Model.Matches(model))
            {
                var alone = rule.Prices.IsEmpty || dated.Exists(one => one.When.IsAlways) ? null : nothing.Under(rule);
                dated = [.. dated, .. alone is null ? [] : new[] { alone }, .. dated.Select(one => one.Under(rule))];
                overrides.Add(rule.ToString());
            }
        }

        if (dated.Count == 0)
        {
            return null;
        }

        var source = new PriceSource(
            provider.Id, entry?.Id ?? model, entry?.Name ?? model, entry?.ContextWindow, pattern?.Text ?? "", [.. overrides]);
        return new PriceSheet(source, dated);
    }
}
