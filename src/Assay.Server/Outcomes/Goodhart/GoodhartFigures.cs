using System.Globalization;
using Assay.Outcomes.Goodhart;
using Assay.Server.Budgets;
using Assay.Server.Store;

namespace Assay.Server.Outcomes.Goodhart;

/// <summary>Reads what an audit looks at: a metric and its gold by person and day, sizes, and blind ratings.</summary>
internal sealed class GoodhartFigures(IStore store, BudgetWindows windows, TimeProvider clock)
{
    private static readonly AuditSettings s_settings = new();
    private readonly StandingAnswers<GoodhartMetric, AuditReport> _reports = new(clock, TimeSpan.Zero);

    /// <summary>Looks at a metric as it is known now, or was a few minutes ago where looking takes seconds.</summary>
    public ValueTask<Standing<AuditReport>> LookAsync(GoodhartMetric metric, CancellationToken ct) =>
        _reports.AskAsync(metric, stop => LookAnewAsync(metric, stop), ct);

    private async ValueTask<AuditReport> LookAnewAsync(GoodhartMetric metric, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        // Today is not over; and what settled is only known when the window has passed.
        var last = Day(now) - 1 - (metric.Gold == MetricGold.Settled ? Assay.Outcomes.Ladder.OutcomeKind.SettleDaysDefault : 0);
        var target = Day(metric.TargetMs);
        var from = target - s_settings.BaselineDays;
        var (fromTime, toTime) = (Start(from), Start(Math.Max(last, target) + 1));
        var days = new Dictionary<(string Person, int Day), (double Proxy, double Gold)>();
        var items = new List<ItemSeen>();
        await UsageAsync(metric.Measure, fromTime, toTime, days, ct);
        await OutcomesAsync(metric, fromTime.ToUnixTimeMilliseconds(), toTime.ToUnixTimeMilliseconds(), now, days, items, ct);
        var ratings = await store.Goodhart.RatingsAsync(fromTime.ToUnixTimeMilliseconds(), toTime.ToUnixTimeMilliseconds(), ct);
        var input = new AuditInput
        {
            TargetDay = target,
            LastDay = last,
            Days = [.. days.Where(d => d.Key.Person.Length > 0).Select(d => new MetricDay(d.Key.Person, d.Key.Day, d.Value.Proxy, d.Value.Gold))],
            Items = items,
            Threshold = metric.Threshold,
            ThresholdWidth = metric.ThresholdWidth ?? 0,
            Ratings = [.. ratings.Select(r => new RatingSeen(Day(r.AtMs), r.Score))],
        };
        return GoodhartAudit.Look(input, s_settings);
    }

    private async ValueTask UsageAsync(
        MetricMeasure measure, DateTimeOffset from, DateTimeOffset to, Dictionary<(string, int), (double Proxy, double Gold)> days, CancellationToken ct)
    {
        if (measure is MetricMeasure.Accepted or MetricMeasure.Lines)
        {
            return;
        }

        foreach (var row in await store.Usage.QueryAllAsync(new UsageQuery(from, to, [UsageDimension.Person, UsageDimension.Day]), ct))
        {
            var day = DateOnly.ParseExact(row.Group[1], "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber;
            Add(days, row.Group[0], day, measure switch
            {
                MetricMeasure.Tokens => row.InputTokens + row.CacheReadTokens + row.CacheWriteTokens + row.OutputTokens,
                MetricMeasure.Cost => Math.Max(0, row.Cost.Nanos) / 1e9,
                _ => row.Requests,
            }, 0);
        }
    }

    private async ValueTask OutcomesAsync(
        GoodhartMetric metric, long fromMs, long toMs, long nowMs, Dictionary<(string, int), (double, double)> days, List<ItemSeen> items, CancellationToken ct)
    {
        var accepted = new List<Outcome>();
        await foreach (var outcome in store.Outcomes.AllAsync(new OutcomeQuery { FromMs = fromMs, ToMs = toMs, NowMs = nowMs }, ct))
        {
            if (outcome.State.AcceptedMs is not null)
            {
                accepted.Add(outcome);
            }
        }

        var closed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var outcome in accepted.OrderBy(o => o.AtMs))
        {
            var day = Day(outcome.AtMs);
            var lines = (outcome.LinesAdded ?? 0) + (outcome.LinesRemoved ?? 0);
            if (metric.Measure is MetricMeasure.Accepted && lines > 0)
            {
                items.Add(new ItemSeen(outcome.PersonId, day, lines));
            }

            Add(
                days,
                outcome.PersonId,
                day,
                metric.Measure switch { MetricMeasure.Accepted => 1, MetricMeasure.Lines => lines, _ => 0 },
                metric.Gold switch
                {
                    // However many changes a ticket takes, it is done once.
                    MetricGold.Tickets => outcome.WorkRefs.Count(closed.Add),
                    MetricGold.Settled => outcome.State.IsSettled(nowMs) ? 1 : 0,
                    MetricGold.Value => Math.Max(0, outcome.Value ?? 0) / 1e9,
                    _ => 1,
                });
        }
    }

    private static void Add(Dictionary<(string, int), (double Proxy, double Gold)> days, string person, int day, double proxy, double gold)
    {
        var sum = days.GetValueOrDefault((person, day));
        days[(person, day)] = (sum.Proxy + proxy, sum.Gold + gold);
    }

    public int Day(long unixMs) => windows.DayOf(unixMs).DayNumber;

    /// <summary>When a day begins.</summary>
    public DateTimeOffset Start(int day) => DateTimeOffset.FromUnixTimeMilliseconds(windows.StartOf(DateOnly.FromDayNumber(day)));
}
