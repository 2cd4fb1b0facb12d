using Assay.Ledger.Money;
using Assay.Server.Console.Charts;
using Assay.Server.Store;

namespace Assay.Server.Console.Figures;

/// <summary>Turns the store's rows into what pages show.</summary>
internal static class Breakdown
{
    private const int SeriesMax = 5;

    /// <summary>The tones of named series; the fourth is kept for the rest.</summary>
    private static readonly int[] s_tones = [0, 1, 2, 4, 5];

    private const int RestTone = 3;

    public static Totals Totals(UsageRow row) => new(
        row.Requests,
        row.InputTokens,
        row.CacheReadTokens,
        row.CacheWriteTokens,
        row.OutputTokens,
        row.ReasoningTokens,
        row.Cost,
        row.EstimatedCost,
        row.Unpriced,
        row.Errors);

    public static Totals Sum(IEnumerable<UsageRow> rows) => rows.Select(Totals).Aggregate(default(Totals), Figures.Totals.Add);

    /// <summary>Sums by one of the rows' dimensions, the costliest first.</summary>
    public static IReadOnlyList<(string Key, Totals Totals)> By(IEnumerable<UsageRow> rows, int dimension) =>
        [.. rows.GroupBy(row => row.Group[dimension], StringComparer.Ordinal)
            .Select(group => (Key: group.Key, Totals: Sum(group)))
            .OrderByDescending(entry => entry.Totals.Cost)
            .ThenByDescending(entry => entry.Totals.Requests)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)];

    public static ShareTable Table(
        string id,
        string title,
        string nameWord,
        string finding,
        IReadOnlyList<(string Key, Totals Totals)> entries,
        int rowsMax,
        Func<string, (string Name, string? Note, string? Href)> describe) => new(
            id,
            title,
            finding,
            nameWord,
            entries.Aggregate(NanoUsd.Zero, (sum, entry) => sum + entry.Totals.Cost),
            [.. entries.Take(rowsMax).Select(entry =>
            {
                var (name, note, href) = describe(entry.Key);
                return new ShareRow(name, note, href, entry.Totals);
            })],
            Math.Max(0, entries.Count - rowsMax));

    /// <summary>The largest entry's name and its share of the sum, as a sentence; empty without any spend.</summary>
    public static string Leader(IReadOnlyList<(string Key, Totals Totals)> entries, Func<string, string> name)
    {
        var sum = entries.Aggregate(NanoUsd.Zero, (total, entry) => total + entry.Totals.Cost);
        if (entries.Count == 0 || sum == NanoUsd.Zero)
        {
            return "No spend yet.";
        }

        var (key, largest) = entries[0];
        return entries.Count == 1
            ? $"All of it is {name(key)}."
            : $"{name(key)} is {Say.Share(largest.Cost, sum)} of {Say.Usd(sum)}.";
    }

    /// <summary>
    /// Stacked columns of cost over time. The costliest names have series of their own; tones go by the alphabet, so
    /// that a name keeps its tone while amounts change.
    /// </summary>
    /// <param name="rows">Grouped by time first and by name second.</param>
    public static IReadOnlyList<ChartSeries> Series(
        IReadOnlyList<UsageRow> rows, IReadOnlyList<string> slots, Func<string, string> name)
    {
        var slotOf = slots.Select((slot, at) => (slot, at)).ToDictionary(entry => entry.slot, entry => entry.at, StringComparer.Ordinal);
        var byName = By(rows, 1);
        var named = byName.Count <= SeriesMax + 1 ? byName : [.. byName.Take(SeriesMax)];
        var tones = named.Take(SeriesMax).Select(entry => entry.Key).Order(StringComparer.Ordinal)
            .Select((key, at) => (key, Tone: s_tones[at])).ToDictionary(entry => entry.key, entry => entry.Tone, StringComparer.Ordinal);
        var values = named.ToDictionary(entry => entry.Key, _ => new long[slots.Count], StringComparer.Ordinal);
        var rest = new long[slots.Count];
        foreach (var row in rows)
        {
            if (slotOf.TryGetValue(row.Group[0], out var at))
            {
                var target = values.GetValueOrDefault(row.Group[1], rest);
                target[at] = checked(target[at] + row.Cost.Nanos);
            }
        }

        var series = named
            .Select(entry => new ChartSeries(name(entry.Key), tones.GetValueOrDefault(entry.Key, RestTone), values[entry.Key]))
            .ToList();
        if (byName.Count > named.Count)
        {
            series.Add(new ChartSeries($"{byName.Count - named.Count} others", RestTone, rest));
        }

        return series;
    }
}
