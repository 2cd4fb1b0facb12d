using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>
/// Keeps the sums of whole past days in memory, so that a page over a month of a large company asks the database for today
/// alone. What this process applies to a past day is seen at once; what another node applies there, as a batch job that was
/// settled late, within <see cref="CostlyAnswers{TQuestion, TAnswer}.KeptMax"/>. Today is never kept.
/// </summary>
/// <param name="store">The store itself.</param>
/// <param name="options">The days' time zone, and the time.</param>
/// <param name="worthKeeping">Sums that take less are not kept.</param>
internal sealed class PastDays(IUsageStore store, StoreOptions options, TimeSpan worthKeeping) : IUsageStore
{
    /// <summary>From when on a sum is worth keeping.</summary>
    public static readonly TimeSpan WorthKeeping = TimeSpan.FromMilliseconds(15);

    /// <summary>A question with more groups is an export, and asked as it is.</summary>
    private const int RowsMax = 10_000;

    private readonly LocalCalendar _calendar = new(options.TimeZone);

    // Null for a question with too many rows.
    private readonly CostlyAnswers<Question, IReadOnlyList<UsageRow>?> _past = new(options.Clock, worthKeeping);

    public async ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken ct = default)
    {
        var today = Today();
        var (from, to) = (Math.Max(0, query.From.ToUnixTimeMilliseconds()), Math.Min(query.To.ToUnixTimeMilliseconds(), today));
        if (query.Filter.WithSubteams || query.Group.Contains(UsageDimension.Hour) || to - from < TimeSpan.MillisecondsPerDay)
        {
            return await store.QueryAsync(query, ct);
        }

        var (first, last) = (_calendar.DayAtOrAfter(from), _calendar.DayStart(to));
        if (first >= last || await PastAsync(query, first, last, ct) is not { } past)
        {
            return await store.QueryAsync(query, ct);
        }

        var sums = new UsageMerge(query);
        sums.Add(past);
        foreach (var (start, end) in ((DateTimeOffset, DateTimeOffset)[])[(At(from), At(first)), (At(last), query.To)])
        {
            if (start < end)
            {
                sums.Add(await store.QueryAsync(query with { From = start, To = end, Limit = UsageQuery.LimitMax }, ct));
            }
        }

        return sums.Rows();
    }

    public async ValueTask ApplyAsync(
        string node,
        long from,
        long to,
        IReadOnlyList<UsageEvent> settled,
        IReadOnlyList<AccountCharge> charges,
        CancellationToken ct = default)
    {
        await store.ApplyAsync(node, from, to, settled, charges, ct);
        var today = Today();
        for (var i = 0; i < settled.Count; i++)
        {
            if (settled[i].StartedAtMs < today)
            {
                _past.Forget();
                return;
            }
        }
    }

    public async ValueTask MaintainAsync(CancellationToken ct = default)
    {
        await store.MaintainAsync(ct);
        _past.Forget();
    }

    public ValueTask<long> WatermarkAsync(string node, CancellationToken ct = default) => store.WatermarkAsync(node, ct);

    public ValueTask<IReadOnlyList<UsageEvent>> RequestsAsync(RequestQuery query, CancellationToken ct = default) => store.RequestsAsync(query, ct);

    public ValueTask<IReadOnlyList<SessionRow>> SessionsAsync(SessionQuery query, CancellationToken ct = default) => store.SessionsAsync(query, ct);

    public ValueTask<LedgerTotals> TotalsAsync(CancellationToken ct = default) => store.TotalsAsync(ct);

    public ValueTask<IReadOnlyList<Balance>> BalancesAsync(CancellationToken ct = default) => store.BalancesAsync(ct);

    public ValueTask<IReadOnlyList<AccountCharge>> ChargesAsync(string node, IReadOnlyCollection<string> accounts, CancellationToken ct = default) =>
        store.ChargesAsync(node, accounts, ct);

    /// <summary>Null if there are too many rows to keep.</summary>
    private ValueTask<IReadOnlyList<UsageRow>?> PastAsync(UsageQuery query, long first, long last, CancellationToken ct) => _past.AskAsync(
        new Question(string.Join(',', query.Group), query.Filter, query.Detail, first, last),
        async stop =>
        {
            var rows = await store.QueryAsync(query with { From = At(first), To = At(last), Limit = RowsMax + 1 }, stop);
            return rows.Count > RowsMax ? null : rows;
        },
        ct);

    private long Today() => _calendar.DayStart(options.Clock.GetUtcNow().ToUnixTimeMilliseconds());

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private readonly record struct Question(string Group, UsageFilter Filter, UsageDetail Detail, long FromMs, long ToMs);
}
