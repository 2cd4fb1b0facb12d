using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>What was used: every settled attempt, its sums by hour and day, and the balances.</summary>
internal interface IUsageStore
{
    /// <summary>How far a node's journal is applied; 0 for a node never seen.</summary>
    ValueTask<long> WatermarkAsync(string node, CancellationToken ct = default);

    /// <summary>
    /// Applies a piece of a node's journal exactly once, in one transaction: the settled attempts, their rollups, the
    /// balances, what the accounts of budgets are charged, and the watermark. An attempt whose id is already stored is counted nowhere again.
    /// </summary>
    /// <exception cref="WatermarkConflictException">The node's watermark is not at <paramref name="from"/>.</exception>
    ValueTask ApplyAsync(
        string node,
        long from,
        long to,
        IReadOnlyList<UsageEvent> settled,
        IReadOnlyList<AccountCharge> charges,
        CancellationToken ct = default);

    /// <summary>Sums, grouped. Exact for any range: whole days and hours come from rollups, the edges from attempts.</summary>
    ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken ct = default);

    /// <summary>Single attempts, newest first.</summary>
    ValueTask<IReadOnlyList<UsageEvent>> RequestsAsync(RequestQuery query, CancellationToken ct = default);

    /// <summary>Agent conversations, the last active first.</summary>
    ValueTask<IReadOnlyList<SessionRow>> SessionsAsync(SessionQuery query, CancellationToken ct = default);

    /// <summary>Sums over everything ever applied, and the sum of all balances, which is zero.</summary>
    ValueTask<LedgerTotals> TotalsAsync(CancellationToken ct = default);

    /// <summary>All balances, by account.</summary>
    ValueTask<IReadOnlyList<Balance>> BalancesAsync(CancellationToken ct = default);

    /// <summary>What a node's calls have charged to these accounts so far; nothing for an account without charges.</summary>
    ValueTask<IReadOnlyList<AccountCharge>> ChargesAsync(
        string node, IReadOnlyCollection<string> accounts, CancellationToken ct = default);

    /// <summary>Makes room for the time ahead and removes attempts beyond retention. Rollups and balances stay.</summary>
    ValueTask MaintainAsync(CancellationToken ct = default);
}

internal static class UsageStores
{
    /// <summary>Applies attempts that are charged to no account.</summary>
    public static ValueTask ApplyAsync(
        this IUsageStore store,
        string node,
        long from,
        long to,
        IReadOnlyList<UsageEvent> settled,
        CancellationToken ct = default) => store.ApplyAsync(node, from, to, settled, [], ct);

    /// <summary>
    /// All rows, however many. A range with more rows than one query gives is asked for in halves, so that a group can
    /// come in several rows, to be added up.
    /// </summary>
    public static async ValueTask<IReadOnlyList<UsageRow>> QueryAllAsync(
        this IUsageStore store, UsageQuery query, CancellationToken ct = default)
    {
        var rows = await store.QueryAsync(query with { Limit = UsageQuery.LimitMax }, ct);
        var span = query.To - query.From;
        if (rows.Count < UsageQuery.LimitMax)
        {
            return rows;
        }

        if (span < TimeSpan.FromSeconds(1))
        {
            throw new InvalidOperationException($"There are more than {UsageQuery.LimitMax} groups in one second.");
        }

        // On a full hour, which rollups answer, as long as there is one between.
        var middle = query.From + (span > TimeSpan.FromHours(1) ? TimeSpan.FromHours(Math.Ceiling(span.TotalHours / 2)) : TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds / 2)));
        return
        [
            .. await store.QueryAllAsync(query with { To = middle }, ct),
            .. await store.QueryAllAsync(query with { From = middle }, ct),
        ];
    }
}
