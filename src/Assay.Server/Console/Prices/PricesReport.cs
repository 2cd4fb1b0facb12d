using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Prices;

/// <summary>Reads the price book for people. Its catalogue never changes while the process runs, so it is read once.</summary>
internal sealed class PricesReport(PriceBook book, OrgClock clock)
{
    private const int RowsMax = 200;
    private const long LongContext = 1_000_000;

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
        var input = Nanos(entry, UsageClass.Input, atMs);
        var inputLong = entry.Sheet.PriceOf(UsageClass.Input, "", LongContext, atMs);
        var outputLong = entry.Sheet.PriceOf(UsageClass.Output, "", LongContext, atMs);
        var notes = new List<string>();
        if (entry.ContextWindow is { } window)
        {
            notes.Add($"{Say.Brief(window)} context");
        }

        if (entry.Deprecated)
        {
            notes.Add("being retired");
        }

        return new PriceRow(
            entry.ProviderName,
            entry.Model,
            notes.Count > 0 ? string.Join(", ", notes) : null,
            Text(input),
            Text(entry.Sheet.PriceOf(UsageClass.CacheRead, "", 0, atMs)),
            Text(entry.Sheet.PriceOf(UsageClass.CacheWrite5m, "", 0, atMs)),
            Text(Nanos(entry, UsageClass.Output, atMs)),
            inputLong != input && inputLong is not null ? $"{Text(inputLong)} / {Text(outputLong)}" : null);
    }

    private static long? Nanos(CatalogueEntry entry, UsageClass usageClass, long atMs) =>
        entry.Sheet.PriceOf(usageClass, "", 0, atMs);

    private static string? Text(long? nanos) => nanos is { } known ? Say.Price(known) : null;
}
