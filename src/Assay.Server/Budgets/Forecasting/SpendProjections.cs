using System.Globalization;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>How a calendar month or quarter of the company or a team will probably end.</summary>
/// <param name="Course">What was spent by the end of each day so far.</param>
/// <param name="Forecast">Null while there are fewer than two complete days.</param>
internal sealed record SpendProjection(BudgetWindow Window, DateOnly From, DateOnly Until, long Spent, SpendCourse Course, BudgetForecast? Forecast);

/// <summary>All that is said of the company's or a team's spend to come.</summary>
/// <param name="Uses">The uses of the last 28 days, the dearest first.</param>
internal sealed record SpendProjectionSet(
    SpendProjection Month, SpendProjection Quarter, IReadOnlyList<string> Uses, SpendMoveEffect? Effect, DateTimeOffset At);

/// <summary>
/// Forecasts the spend of the company or a team, whether or not anything limits it, by the same way as budgets. Asked of the
/// store when somebody looks, from its sums by day.
/// </summary>
internal sealed class SpendProjections(IUsageStore usage, OrgDays days, TimeProvider clock)
{
    /// <summary>Over how many days it is looked who answers what.</summary>
    public const int LookBackDays = 28;

    public async ValueTask<SpendProjectionSet> ReadAsync(
        string teamId, SpendMove? move, IReadOnlySet<string> inHouse, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (today, elapsed) = days.At(now);
        var filter = FilterOf(teamId);
        var spend = await SpendAsync(filter, today, ct);
        var hours = await OrgHours.ReadAsync(usage, days, today, ct);
        var history = spend.HistoryIn(BudgetUnit.Usd);
        var shape = teamId != Team.OrgId && history.Trimmed().Days.Count < BudgetForecaster.OwnDaysMin
            ? ShapeOf((await SpendAsync(UsageFilter.None, today, ct)).HistoryIn(BudgetUnit.Usd))
            : null;
        var answered = await AnsweredAsync(filter, today, ct);
        return new SpendProjectionSet(
            Project(BudgetWindow.Month),
            Project(BudgetWindow.Quarter),
            [.. answered.GroupBy(row => row.UseCase, StringComparer.Ordinal).OrderByDescending(group => group.Sum(row => (double)row.Cost)).Select(group => group.Key)],
            move is null ? null : SpendMoveEffect.Of(move, answered, inHouse),
            now);

        SpendProjection Project(BudgetWindow window)
        {
            var (from, until) = (WindowDays.Of(window, today).From, WindowDays.Of(window, today).Until!.Value);
            var spent = spend.Since(from, BudgetUnit.Usd);
            var course = spend.CourseOf(
                new Budget("", BudgetScope.Org, window, BudgetUnit.Usd, 0, AtLimit.Warn), spent, 0, elapsed);
            var forecast = BudgetForecaster.Of(new ForecastQuestion(
                history, today, elapsed, spend.TodayIn(BudgetUnit.Usd), spent, until, long.MaxValue)
            {
                Hours = hours,
                ParentShape = shape,
            });
            return new SpendProjection(window, from, until, spent, course, forecast);
        }
    }

    private static UsageFilter FilterOf(string teamId) =>
        teamId == Team.OrgId ? UsageFilter.None : new UsageFilter { TeamId = teamId, WithSubteams = true };

    private async ValueTask<ScopeSpend> SpendAsync(UsageFilter filter, DateOnly today, CancellationToken ct)
    {
        var rows = await usage.QueryAllAsync(
            new UsageQuery(days.StartOf(today.AddDays(-SpendHistories.DaysKept)), days.StartOf(today.AddDays(1)), [UsageDimension.Day]) { Filter = filter }, ct);
        var spend = new ScopeSpend();
        spend.MoveTo(today);
        foreach (var row in rows)
        {
            spend.Add(DateOnly.ParseExact(row.Group[0], "yyyy-MM-dd", CultureInfo.InvariantCulture), row.Cost.Nanos, row.Counts.TotalTokens);
        }

        return spend;
    }

    private async ValueTask<IReadOnlyList<(string UseCase, string Provider, long Tokens, long Cost)>> AnsweredAsync(
        UsageFilter filter, DateOnly today, CancellationToken ct)
    {
        var rows = await usage.QueryAllAsync(
            new UsageQuery(
                days.StartOf(today.AddDays(-LookBackDays)), days.StartOf(today.AddDays(1)), [UsageDimension.UseCase, UsageDimension.Provider])
            { Filter = filter },
            ct);
        return [.. rows.Select(row => (row.Group[0], row.Group[1], row.Counts.TotalTokens, row.Cost.Nanos))];
    }

    private static WeekdayShape? ShapeOf(SpendHistory history) =>
        history.Trimmed() is { Days.Count: >= BudgetForecaster.OwnDaysMin } known
            ? WeekdayShape.Of([.. known.Days.Select(day => (double)day)], known.FirstDay.DayOfWeek)
            : null;
}
