using System.Diagnostics;
using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>
/// Keeps the sums of whole past days in memory, so that a page over a month of a large company asks the database for today
/// alone. What this process applies to a past day is seen at once; what another node applies there, as a batch job that was
/// settled late, within <see cref="KeptMax"/>. Today is never kept.
/// </summary>
internal sealed class PastDays(IUsageStore store, StoreOptions options) : IUsageStore
{
    /// <summary>How long a sum is kept at most.</summary>
    public static readonly TimeSpan KeptMax = TimeSpan.FromMinutes(10);

    /// <summary>A sum is kept this many times as long as it took to ask for.</summary>
    private const int KeptTimes = 600;

    /// <summary>A question with more groups is an export, and asked as it is.</summary>
    private const int RowsMax = 10_000;

    private const int RowsInAllMax = 500_000;

    private readonly LocalCalendar _calendar = new(options.TimeZone);
    private readonly Lock _lock = new();
    private readonly Dictionary<Question, Kept> _kept = [];
    private long _rows;
    private long _generation;

    /// <summary>Sums that take less are not kept.</summary>
    public TimeSpan WorthKeeping { get; init; } = TimeSpan.FromMilliseconds(15);

    public async ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken ct = default)
    {
        var nowMs = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var today = _calendar.DayStart(nowMs);
        var (from, to) = (Math.Max(0, query.From.ToUnixTimeMilliseconds()), Math.Min(query.To.ToUnixTimeMilliseconds(), today));
        if (query.Filter.WithSubteams || query.Group.Contains(UsageDimension.Hour) || to - from < TimeSpan.MillisecondsPerDay)
        {
            return await store.QueryAsync(query, ct);
        }

        var (first, last) = (_calendar.DayAtOrAfter(from), _calendar.DayStart(to));
        if (first >= last || await PastAsync(query, first, last, nowMs, ct) is not { } past)
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
        var today = _calendar.DayStart(options.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        for (var i = 0; i < settled.Count; i++)
        {
            if (settled[i].StartedAtMs < today)
            {
                Forget();
                return;
            }
        }
    }

    public async ValueTask MaintainAsync(CancellationToken ct = default)
    {
        await store.MaintainAsync(ct);
        Forget();
    }

    public ValueTask<long> WatermarkAsync(string node, CancellationToken ct = default) => store.WatermarkAsync(node, ct);

    public ValueTask<IReadOnlyList<UsageEvent>> RequestsAsync(RequestQuery query, CancellationToken ct = default) => store.RequestsAsync(query, ct);

    public ValueTask<IReadOnlyList<SessionRow>> SessionsAsync(SessionQuery query, CancellationToken ct = default) => store.SessionsAsync(query, ct);

    public ValueTask<LedgerTotals> TotalsAsync(CancellationToken ct = default) => store.TotalsAsync(ct);

    public ValueTask<IReadOnlyList<Balance>> BalancesAsync(CancellationToken ct = default) => store.BalancesAsync(ct);

    public ValueTask<IReadOnlyList<AccountCharge>> ChargesAsync(string node, IReadOnlyCollection<string> accounts, CancellationToken ct = default) =>
        store.ChargesAsync(node, accounts, ct);

    /// <summary>Null if there are too many rows to keep.</summary>
    private async ValueTask<IReadOnlyList<UsageRow>?> PastAsync(UsageQuery query, long first, long last, long nowMs, CancellationToken ct)
    {
        var question = new Question(string.Join(',', query.Group), query.Filter, first, last);
        long generation;
        lock (_lock)
        {
            generation = _generation;
            if (_kept.TryGetValue(question, out var known) && nowMs < known.UntilMs && nowMs >= known.FromMs)
            {
                return known.Rows;
            }
        }

        var began = Stopwatch.GetTimestamp();
        var rows = await store.QueryAsync(query with { From = At(first), To = At(last), Limit = RowsMax + 1 }, ct);
        var took = Stopwatch.GetElapsedTime(began);
        var kept = rows.Count > RowsMax ? null : rows;
        if (took < WorthKeeping)
        {
            return kept;
        }

        lock (_lock)
        {
            if (generation == _generation)
            {
                if (_rows > RowsInAllMax)
                {
                    Clear();
                }

                var keepFor = Math.Min(KeptMax.TotalMilliseconds, took.TotalMilliseconds * KeptTimes);
                _kept[question] = new Kept(kept, nowMs, nowMs + (long)keepFor);
                _rows += 1 + (kept?.Count ?? 0);
            }
        }

        return kept;
    }

    private void Forget()
    {
        lock (_lock)
        {
            _generation++;
            Clear();
        }
    }

    private void Clear()
    {
        _kept.Clear();
        _rows = 0;
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private readonly record struct Question(string Group, UsageFilter Filter, long FromMs, long ToMs);

    private sealed record Kept(IReadOnlyList<UsageRow>? Rows, long FromMs, long UntilMs);
}
