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
            var key = row.Group.Count == 1 ? row.Group[0] : string.Join('\0', row.Group);
            _rows[key] = _rows.TryGetValue(key, out var there) ? Sum(there, row) : row;
        }
    }

    public IReadOnlyList<UsageRow> Rows()
    {
        List<UsageRow> rows = [.. _rows.Values];
        rows.Sort(UsageOrder.Of(query));
        return rows.Count <= query.RowsMax ? rows : rows[..query.RowsMax];
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
