using System.Globalization;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Prices;

/// <summary>Reads the price book for people. Its catalogue never changes while the process runs, so it is read once.</summary>
internal sealed class PricesReport(PriceBook book, OrgClock clock)
{
    private const int RowsMax = 200;
    private const long LongContext = 1_000_000;
    private const long DayMs = 86_400_000;

    private static readonly string[] s_sorts = ["model", "provider", "input", "output"];

    private readonly Lazy<IReadOnlyList<CatalogueEntry>> _entries = new(() =>
        [.. book.Catalogue().OrderBy(entry => entry.ProviderName, StringComparer.OrdinalIgnoreCase)
            .ThenBy(entry => entry.Model, StringComparer.Ordinal)]);

    public PricesView Read(IQueryCollection query)
    {
        var atMs = clock.Now.ToUnixTimeMilliseconds();
        var search = query["q"].ToString().Trim();
        var provider = query["provider"].ToString();
        var sort = s_sorts.FirstOrDefault(sort => sort == query["sort"], "provider");
        var matching = _entries.Value
            .Where(entry => provider.Length == 0 || entry.ProviderName == provider)
            .Where(entry => search.Length == 0
                || entry.Model.Contains(search, StringComparison.OrdinalIgnoreCase)
                || entry.Name.Contains(search, StringComparison.OrdinalIgnoreCase))
            .ToList();
        var sorted = sort switch
        {
            "model" => matching.OrderBy(entry => entry.Model, StringComparer.OrdinalIgnoreCase),
            "input" => matching.OrderByDescending(entry => Nanos(entry, UsageClass.Input, atMs)),
            "output" => matching.OrderByDescending(entry => Nanos(entry, UsageClass.Output, atMs)),
            _ => (IEnumerable<CatalogueEntry>)matching,
        };
        return new PricesView(
            book.Version,
            [.. sorted.Take(RowsMax).Select(entry => Row(entry, atMs))],
            matching.Count,
            _entries.Value.Count,
            search,
            provider,
            [.. _entries.Value.Select(entry => entry.ProviderName).Distinct(StringComparer.Ordinal)],
            sort,
            s_sorts.ToDictionary(to => to, to => Href(search, provider, to), StringComparer.Ordinal));
    }

    private static string Href(string search, string provider, string sort) =>
        $"/prices?q={Uri.EscapeDataString(search)}&provider={Uri.EscapeDataString(provider)}&sort={sort}";

    private static PriceRow Row(CatalogueEntry entry, long atMs)
    {
        var notes = new List<string>();
        if (entry.ContextWindow is { } window)
        {
            notes.Add($"{Say.Brief(window)} context");
        }

        if (entry.Deprecated)
        {
            notes.Add("being retired");
        }

        if (entry.Sheet.DependsOnHour)
        {
            notes.Add("by the hour of the day");
        }

        return new PriceRow(
            entry.ProviderName,
            entry.Model,
            notes.Count > 0 ? string.Join(", ", notes) : null,
            Of(UsageClass.Input),
            Of(UsageClass.CacheRead),
            Of(UsageClass.CacheWrite5m),
            Of(UsageClass.Output),
            LongContextOf(entry.Sheet, atMs))
        {
            Others = [.. Others(entry.Sheet, atMs)],
        };

        string? Of(UsageClass usageClass) => Text(Nanos(entry, usageClass, atMs));
    }

    private static string? LongContextOf(PriceSheet sheet, long atMs)
    {
        var input = sheet.PriceOf(UsageClass.Input, "", LongContext, atMs);
        return input is null || input == sheet.PriceOf(UsageClass.Input, "", 0, atMs)
            ? null
            : $"{Text(input)} / {Text(sheet.PriceOf(UsageClass.Output, "", LongContext, atMs))}";
    }

    /// <summary>
    /// The days on which something else was or will be charged. Between two changes prices stand still but for the hours of
    /// the day, for which the current one speaks.
    /// </summary>
    private static IEnumerable<OtherDays> Others(PriceSheet sheet, long atMs)
    {
        var changes = sheet.Changes;
        for (var i = 0; i <= changes.Count; i++)
        {
            var (from, until) = (i == 0 ? (long?)null : changes[i - 1], i == changes.Count ? (long?)null : changes[i]);
            if ((from ?? long.MinValue) <= atMs && atMs < (until ?? long.MaxValue))
            {
                continue;
            }

            // At the hour of now, on the period's first day; before the first change, on the day before it.
            var hour = atMs % DayMs;
            var then = from is { } start ? start - (start % DayMs) + hour : changes[0] - (changes[0] % DayMs) - DayMs + hour;
            string? At(UsageClass usageClass) => Text(sheet.PriceOf(usageClass, "", 0, then));
            if (At(UsageClass.Input) is { } input)
            {
                yield return new OtherDays(
                    from > atMs ? $"from {Day(from.Value)}" : $"until {Day(until!.Value - 1)}",
                    input, At(UsageClass.CacheRead), At(UsageClass.CacheWrite5m), At(UsageClass.Output), LongContextOf(sheet, then));
            }
        }
    }

    private static string Day(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static long? Nanos(CatalogueEntry entry, UsageClass usageClass, long atMs) =>
        entry.Sheet.PriceOf(usageClass, "", 0, atMs);

    private static string? Text(long? nanos) => nanos is { } known ? Say.Price(known) : null;
}
