using System.Collections.Frozen;
using Assay.Server.Api;
using Assay.Server.Directory;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>
/// Keeps a forecast of every budget in memory and makes them anew every few minutes. Nobody waits for it: pages and the
/// API show the last one. While the store is down the forecasts stay as they are.
/// </summary>
internal sealed partial class BudgetForecasts(
    DirectorySnapshots directory,
    SpendHistories histories,
    IBudgetBalances balances,
    IBudgetForecastEvents events,
    OrgDays days,
    TimeProvider clock,
    ILogger<BudgetForecasts> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>So probable must it be that a budget runs out early for anybody to be told.</summary>
    public const double WarnFrom = 0.8;

    private const double OverBelow = 0.5;

    private readonly ILogger _logger = logger;
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private FrozenDictionary<string, BudgetOutlook> _outlooks = FrozenDictionary<string, BudgetOutlook>.Empty;

    /// <summary>A budget's forecast as it was last made.</summary>
    public BudgetOutlook Find(string budgetId) => _outlooks.GetValueOrDefault(budgetId, BudgetOutlook.NotYet);

    /// <summary>Makes all forecasts anew. Throws what the store throws. Not to be called twice at a time.</summary>
    public async ValueTask RefreshAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var current = directory.Current;
        var budgets = current.Data.Budgets;
        await histories.ReadAsync(
            budgets.SelectMany(budget => ScopesAbove(budget.Scope, current).Prepend(budget.Scope)), current, now, ct);
        var known = await balances.BalancesAsync(budgets, ct);
        var shapes = new Dictionary<(BudgetScope, BudgetUnit), WeekdayShape?>();
        var made = new Dictionary<string, BudgetOutlook>(StringComparer.Ordinal);
        var warnings = new List<BudgetForecastWarning>();
        foreach (var budget in budgets)
        {
            ct.ThrowIfCancellationRequested();
            var limit = current.Budgets.EffectiveLimit(budget, now.ToUnixTimeMilliseconds());
            var posted = PostedOf(budget, known.GetValueOrDefault(budget.Id), now);
            var outlook = Outlook(budget, limit, posted, now, ShapeAbove);
            made[budget.Id] = outlook;
            if (outlook.Forecast is { Probability: >= WarnFrom } forecast && posted < limit)
            {
                warnings.Add(new(budget, WindowOf(budget, now), limit, posted.Value, forecast));
            }
        }

        _outlooks = made.ToFrozenDictionary(StringComparer.Ordinal);
        ForgetWarnings(budgets, now);
        await WarnAsync(warnings, ct);

        // The scope above that knows its week best: the nearest team that has a history, or the org.
        WeekdayShape? ShapeAbove(Budget budget)
        {
            foreach (var scope in ScopesAbove(budget.Scope, current))
            {
                if (!shapes.TryGetValue((scope, budget.Unit), out var shape))
                {
                    shapes[(scope, budget.Unit)] = shape = ShapeOf(scope, budget.Unit);
                }

                if (shape is not null)
                {
                    return shape;
                }
            }

            return null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var isDown = false;
        try
        {
            do
            {
                try
                {
                    await RefreshAsync(stoppingToken);
                    isDown = false;
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    if (!isDown)
                    {
                        LogFailed(fault);
                    }

                    isDown = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static IEnumerable<BudgetScope> ScopesAbove(BudgetScope scope, DirectorySnapshot directory)
    {
        var team = scope.Kind switch
        {
            BudgetScopeKind.Team => directory.Teams.Find(scope.Id)?.ParentId,
            BudgetScopeKind.Person => directory.FindPerson(scope.Id)?.TeamId,
            BudgetScopeKind.Agent => directory.FindAgent(scope.Id)?.TeamId,
            BudgetScopeKind.Key => directory.FindIdentity(scope.Id)?.TeamId,
            _ => null,
        };
        return team is null ? scope.Kind == BudgetScopeKind.Org ? [] : [BudgetScope.Org]
            :
            [
                .. directory.Teams.PathOf(team).Where(id => id != Team.OrgId).Select(id => new BudgetScope(BudgetScopeKind.Team, id)),
                BudgetScope.Org,
            ];
    }

    private WeekdayShape? ShapeOf(BudgetScope scope, BudgetUnit unit)
    {
        if (histories.Find(scope)?.HistoryIn(unit).Trimmed() is not { Days.Count: >= BudgetForecaster.OwnDaysMin } history)
        {
            return null;
        }

        double[] amounts = [.. history.Days.Select(day => (double)day)];
        return WeekdayShape.Of(amounts, history.FirstDay.DayOfWeek);
    }

    private BudgetOutlook Outlook(
        Budget budget, long limit, long? posted, DateTimeOffset now, Func<Budget, WeekdayShape?> shapeAbove)
    {
        var atMs = now.ToUnixTimeMilliseconds();
        if (posted is not { } counted || histories.Find(budget.Scope) is not { } spend)
        {
            return new(null, NoForecast.BalanceUnknown, null, atMs);
        }

        var (today, elapsed) = days.At(now);
        var isRolling = budget.Window == BudgetWindow.Rolling30D;
        var until = WindowDays.Of(budget.Window, today).Until
            ?? today.AddDays(isRolling ? WindowDays.RollingDays : ForecastQuestion.HorizonMax);
        var forecast = BudgetForecaster.Of(new ForecastQuestion(
            spend.HistoryIn(budget.Unit), today, elapsed, spend.TodayIn(budget.Unit), counted, until, limit)
        {
            Hours = histories.Hours,
            ParentShape = shapeAbove(budget),
            Leaving = isRolling ? spend.LeavingRolling(budget.Unit, elapsed) : [],
        });
        return new(
            forecast,
            forecast is null ? NoForecast.NotEnoughHistory : null,
            spend.CourseOf(budget, counted, limit, elapsed),
            atMs);
    }

    /// <summary>What counts against the budget: its balance, or, where no balance is kept, the sum of its window's days.</summary>
    private long? PostedOf(Budget budget, BudgetBalance? balance, DateTimeOffset now)
    {
        if (balance is not null)
        {
            return balance.Posted;
        }

        if (histories.Find(budget.Scope) is not { } spend)
        {
            return null;
        }

        var from = WindowOf(budget, now).From;
        return budget.Window == BudgetWindow.Rolling30D ? spend.Rolling(budget.Unit, days.At(now).Elapsed)
            : from >= spend.Today.AddDays(-SpendHistories.DaysKept) ? spend.Since(from, budget.Unit)
            : null;
    }

    private WindowDays WindowOf(Budget budget, DateTimeOffset now) => WindowDays.Of(budget.Window, days.At(now).Day);

    private async ValueTask WarnAsync(List<BudgetForecastWarning> warnings, CancellationToken ct)
    {
        foreach (var warning in warnings)
        {
            var key = WarnedKey(warning.Budget, warning.Window);
            if (!_warned.Add(key))
            {
                continue;
            }

            try
            {
                await events.WarnAsync(warning, ct);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                // Nobody was told: the next forecast tries again.
                _warned.Remove(key);
                LogNotTold(fault);
            }
        }
    }

    /// <summary>Forgets the warnings of past windows; and those of windows without an end once the danger is over.</summary>
    private void ForgetWarnings(IEnumerable<Budget> budgets, DateTimeOffset now) => _warned.IntersectWith(budgets
        .Select(budget => (Budget: budget, Window: WindowOf(budget, now)))
        .Where(b => b.Window.Until is not null || Find(b.Budget.Id).Forecast is { Probability: >= OverBelow })
        .Select(b => WarnedKey(b.Budget, b.Window)));

    private static string WarnedKey(Budget budget, WindowDays window) =>
        window.Until is null ? budget.Id : $"{budget.Id}@{window.From:yyyy-MM-dd}";

    [LoggerMessage(LogLevel.Warning, "Forecasts of budgets could not be made; the last ones stay until they can.")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(LogLevel.Warning, "The warning that a budget will run out could not be passed on; it is tried again.")]
    private partial void LogNotTold(Exception fault);
}
