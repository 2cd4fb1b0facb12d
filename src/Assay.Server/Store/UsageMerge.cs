using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>Adds up the rows of a question that was asked in pieces, and orders them as if it had been asked at once.</summary>
internal sealed class UsageMerge(UsageQuery query)
{
    private readonly Dictionary<string, UsageRow> _rows = new(StringComparer.Ordinal);

    public void Add(IReadOnlyList<UsageRow> rows)
    {
        foreach (var row in rows)
        {
            var key = string.Join('\0', row.Group);
            _rows[key] = _rows.TryGetValue(key, out var there) ? Sum(there, row) : row;
        }
    }

    public IReadOnlyList<UsageRow> Rows()
    {
        var times = Enumerable.Range(0, query.Group.Count).Where(i => query.Group[i] is UsageDimension.Day or UsageDimension.Hour).ToList();
        var rows = _rows.Values.OrderBy(row => string.Join('\0', times.Select(i => row.Group[i])), StringComparer.Ordinal)
            .ThenByDescending(row => row.Cost.Nanos).ThenByDescending(row => row.Requests)
            .ThenBy(row => string.Join('\0', row.Group), StringComparer.Ordinal);
        return [.. rows.Take(Math.Clamp(query.Limit, 1, UsageQuery.LimitMax))];
    }

    private static UsageRow Sum(UsageRow a, UsageRow b)
    {
        UsageCounts counts = a.Counts;
        counts += b.Counts;
        return new UsageRow(
            a.Group, a.Requests + b.Requests, counts, a.Cost + b.Cost, a.EstimatedCost + b.EstimatedCost, a.Estimated + b.Estimated,
            a.Unpriced + b.Unpriced, a.Errors + b.Errors);
    }
}
