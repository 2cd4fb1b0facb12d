using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;
using Assay.Server.Tests.Directory;

namespace Assay.Server.Tests.Budgets.Forecasting;

public sealed class BudgetForecastsTests
{
    private const long Dollar = 1_000_000_000;

    [Fact]
    public async Task Every_scope_has_the_spend_of_those_who_are_in_it()
    {
        string[] scopes =
        [
            "org", "team:platform", "team:infra", "team:sales", "person:p_ada", "person:p_root", "agent:ci", "key:k_ada",
            "key:k_ci", "use:coding", "use:other", "provider:openai", "model:gpt-*", "model:claude-*",
        ];
        await using var bench = await ForecastBench.OpenAsync(
            null, [.. scopes.Select((scope, i) => SampleOrg.Budget("b" + i, scope))]);
        await bench.SpendAsync(ForecastBench.Today.AddDays(-1), 1, "ada");
        await bench.SpendAsync(ForecastBench.Today.AddDays(-1), 2, "eve");
        await bench.SpendAsync(ForecastBench.Today.AddDays(-2), 4, "jon", "claude-opus");
        await bench.SpendAsync(ForecastBench.Today, 8, "root", asAgent: true);

        await bench.RefreshAsync();

        scopes.Select(Dollars).ShouldBe([15, 11, 10, 4, 1, 8, 8, 1, 8, 15, 0, 15, 11, 4]);
        bench.Histories.Find(BudgetScope.Org).ShouldNotBeNull().HistoryIn(BudgetUnit.Tokens).Days.TakeLast(2).ShouldBe([4000L, 3000L]);
        bench.Histories.Find(BudgetScope.Org)!.TodayIn(BudgetUnit.Usd).ShouldBe(8 * Dollar);

        long Dollars(string scope) => bench.Histories.Find(SampleOrg.Budget("b", scope).Scope).ShouldNotBeNull()
            .Since(ForecastBench.Today.AddDays(-5), BudgetUnit.Usd) / Dollar;
    }

    [Fact]
    public async Task What_is_settled_late_is_counted_on_its_day_and_days_move_on()
    {
        await using var bench = await ForecastBench.OpenAsync(null, SampleOrg.Budget("b", "org"));
        await bench.SpendAsync(ForecastBench.Today.AddDays(-92), 64);
        await bench.SpendAsync(ForecastBench.Today.AddDays(-1), 1);
        await bench.RefreshAsync();
        await bench.SpendAsync(ForecastBench.Today.AddDays(-1), 2);
        await bench.SpendAsync(ForecastBench.Today, 4);
        await bench.RefreshAsync();
        var spend = bench.Histories.Find(BudgetScope.Org).ShouldNotBeNull();

        spend.HistoryIn(BudgetUnit.Usd).Days[0].ShouldBe(64 * Dollar);
        spend.HistoryIn(BudgetUnit.Usd).Days[^1].ShouldBe(3 * Dollar);
        spend.TodayIn(BudgetUnit.Usd).ShouldBe(4 * Dollar);

        bench.Clock.Advance(TimeSpan.FromDays(1));
        await bench.RefreshAsync();

        spend.HistoryIn(BudgetUnit.Usd).Days.TakeLast(2).ShouldBe([3 * Dollar, 4 * Dollar]);
        spend.HistoryIn(BudgetUnit.Usd).Days[0].ShouldBe(0);
        spend.TodayIn(BudgetUnit.Usd).ShouldBe(0);

        bench.Clock.Advance(TimeSpan.FromDays(200));
        await bench.RefreshAsync();

        spend.HistoryIn(BudgetUnit.Usd).Days.ShouldAllBe(day => day == 0);
    }

    [Fact]
    public async Task A_team_that_moves_takes_its_past_along()
    {
        await using var bench = await ForecastBench.OpenAsync(null, SampleOrg.Budget("b", "team:sales"));
        await bench.SpendAsync(ForecastBench.Today.AddDays(-20), 5, "eve");
        await bench.RefreshAsync();
        Sales().ShouldBe(0);

        await bench.ChangeAsync(new DirectoryChange.PutTeam(new Team("infra", "sales", "Infrastructure")));
        await bench.RefreshAsync();

        Sales().ShouldBe(5 * Dollar);

        long Sales() => bench.Histories.Find(new BudgetScope(BudgetScopeKind.Team, "sales")).ShouldNotBeNull()
            .Since(ForecastBench.Today.AddDays(-30), BudgetUnit.Usd);
    }

    [Fact]
    public async Task A_budget_is_forecast_from_its_history_and_says_so_when_it_has_none()
    {
        await using var bench = await ForecastBench.OpenAsync(
            null, SampleOrg.Budget("used", "person:p_ada", 1000), SampleOrg.Budget("new", "person:p_bob"));
        await bench.SpendDailyAsync(40, 10);
        bench.Forecasts.Find("used").ShouldBe(BudgetOutlook.NotYet);

        await bench.RefreshAsync();

        // 16 days of August have passed, 15 are to come.
        var outlook = bench.Forecasts.Find("used");
        var forecast = outlook.Forecast.ShouldNotBeNull();
        (forecast.Expected / Dollar).ShouldBeInRange(295, 325);
        forecast.LastDay.ShouldBe(new DateOnly(2026, 8, 31));
        forecast.HistoryDays.ShouldBe(40);
        forecast.RunsOut.ShouldBeNull();
        var course = outlook.Course.ShouldNotBeNull();
        course.FirstDay.ShouldBe(new DateOnly(2026, 8, 1));
        course.Totals.Count.ShouldBe(17);
        course.Totals[0].ShouldBe(10 * Dollar);
        course.Totals[^1].ShouldBe(160 * Dollar);
        course.FromNothing.ShouldBeTrue();
        bench.Forecasts.Find("new").Reason.ShouldBe(NoForecast.NotEnoughHistory);
        bench.Forecasts.Find("nobody's").ShouldBe(BudgetOutlook.NotYet);
    }

    [Fact]
    public async Task A_rolling_budget_gets_back_what_leaves_and_a_total_one_needs_its_balance()
    {
        await using var bench = await ForecastBench.OpenAsync(
            null,
            SampleOrg.Budget("rolling", "org", 400, BudgetWindow.Rolling30D),
            SampleOrg.Budget("total", "org", 4000, BudgetWindow.Total));
        await bench.SpendDailyAsync(70, 10);
        await bench.RefreshAsync();

        var rolling = bench.Forecasts.Find("rolling");
        var forecast = rolling.Forecast.ShouldNotBeNull();
        (forecast.Expected / Dollar).ShouldBeInRange(280, 330);
        forecast.Days.Count.ShouldBe(30);
        forecast.Probability.ShouldBeLessThan(0.2);
        var totals = rolling.Course.ShouldNotBeNull().Totals;
        totals.SkipLast(1).ShouldAllBe(total => total == 300 * Dollar);

        // At noon half of the day of 30 days ago has left, and nothing has come yet.
        totals[^1].ShouldBe(295 * Dollar);
        bench.Forecasts.Find("total").Reason.ShouldBe(NoForecast.BalanceUnknown);

        bench.Balances["total"] = new BudgetBalance(3000 * Dollar, 0, 1000 * Dollar);
        await bench.RefreshAsync();

        var total = bench.Forecasts.Find("total").Forecast.ShouldNotBeNull();
        total.Days.Count.ShouldBe(ForecastQuestion.HorizonMax);
        (total.Expected / Dollar).ShouldBeInRange(3800, 4050);
    }

    [Fact]
    public async Task Grants_count_in_the_limit()
    {
        await using var bench = await ForecastBench.OpenAsync(null, SampleOrg.Budget("b", "org", 200));
        await bench.SpendDailyAsync(40, 10);
        await bench.RefreshAsync();
        bench.Forecasts.Find("b").Forecast.ShouldNotBeNull().Probability.ShouldBeGreaterThan(0.9);

        await bench.ChangeAsync(new DirectoryChange.PutGrant(new BudgetGrant("gr_1", "b", null, 800 * Dollar, 0, null, null)));
        await bench.RefreshAsync();

        bench.Forecasts.Find("b").Forecast.ShouldNotBeNull().Probability.ShouldBeLessThan(0.1);
    }

    [Fact]
    public async Task Somebody_is_warned_once_for_each_window_that_will_run_out()
    {
        await using var bench = await ForecastBench.OpenAsync(
            null, SampleOrg.Budget("short", "org", 200), SampleOrg.Budget("long", "person:p_ada", 4000), SampleOrg.Budget("spent", "team:eng", 100));
        await bench.SpendDailyAsync(40, 10);
        bench.Deaf = new InvalidOperationException("nobody listens");
        await bench.RefreshAsync();
        bench.Warnings.ShouldBeEmpty();

        bench.Deaf = null;
        await bench.RefreshAsync();
        await bench.RefreshAsync();

        var warning = bench.Warnings.ShouldHaveSingleItem();
        warning.Budget.Id.ShouldBe("short");
        warning.Key.ShouldBe("forecast:short@2026-08-01");
        warning.Limit.ShouldBe(200 * Dollar);
        warning.Posted.ShouldBe(160 * Dollar);
        warning.Forecast.Probability.ShouldBeGreaterThanOrEqualTo(BudgetForecasts.WarnFrom);

        bench.Clock.Advance(TimeSpan.FromDays(16));
        for (var d = 0; d < 16; d++)
        {
            await bench.SpendAsync(ForecastBench.Today.AddDays(d), 10);
        }

        await bench.RefreshAsync();
        await bench.RefreshAsync();

        bench.Warnings.Select(w => w.Key).ShouldBe(["forecast:short@2026-08-01", "forecast:short@2026-09-01", "forecast:spent@2026-09-01"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_young_scope_leans_on_the_nearest_team_with_a_history()
    {
        await using var bench = await ForecastBench.OpenAsync(null, SampleOrg.Budget("b", "person:p_bob"));
        for (var d = 60; d > 0; d--)
        {
            var day = ForecastBench.Today.AddDays(-d);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
            {
                await bench.SpendAsync(day, 10, "ada");
            }
        }

        for (var d = 5; d > 0; d--)
        {
            await bench.SpendAsync(ForecastBench.Today.AddDays(-d), 1, "bob");
        }

        await bench.RefreshAsync();

        var forecast = bench.Forecasts.Find("b").Forecast.ShouldNotBeNull();
        forecast.Basis.ShouldBe(ForecastBasis.Parent);
        forecast.HistoryDays.ShouldBe(5);
    }

    [Fact]
    public async Task Forecasts_are_made_every_few_minutes()
    {
        await using var bench = await ForecastBench.OpenAsync(null, SampleOrg.Budget("b", "org"));
        await bench.SpendDailyAsync(10, 10);
        await bench.Forecasts.StartAsync(ForecastBench.Ct);
        (await bench.Clock.NextWaitAsync(ForecastBench.Ct)).ShouldBe(BudgetForecasts.Every);
        await Wait(0);

        bench.Clock.Advance(BudgetForecasts.Every);
        await Wait(1);

        await bench.Forecasts.StopAsync(ForecastBench.Ct);

        async Task Wait(long atMs)
        {
            while (bench.Forecasts.Find("b").AtMs <= atMs || bench.Forecasts.Find("b").AtMs != bench.Clock.GetUtcNow().ToUnixTimeMilliseconds())
            {
                ForecastBench.Ct.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }

    [Theory]
    [InlineData("2026-10-25T00:00:00+02:00", "2026-10-25", 0)]
    [InlineData("2026-10-25T12:00:00+01:00", "2026-10-25", 13 / 25.0)]
    [InlineData("2026-03-29T12:00:00+02:00", "2026-03-29", 11 / 23.0)]
    [InlineData("2026-08-17T21:59:59.999+00:00", "2026-08-17", 1)]
    [InlineData("2026-08-17T22:00:00+00:00", "2026-08-18", 0)]
    public void A_day_has_the_hours_that_it_has_where_the_org_is(string moment, string day, double elapsed)
    {
        var days = new OrgDays(new BudgetWindows(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));
        var (at, gone) = days.At(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture));

        at.ShouldBe(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture));
        gone.ShouldBe(elapsed, 1e-6);
        days.At(days.StartOf(at)).ShouldBe((at, 0.0));
    }

    [Theory]
    [InlineData("Day")]
    [InlineData("Week")]
    [InlineData("Month")]
    [InlineData("Quarter")]
    [InlineData("Total")]
    [InlineData("Rolling30D")]
    public void A_forecast_s_window_is_that_in_which_calls_are_held(string name)
    {
        var window = Enum.Parse<BudgetWindow>(name);
        var windows = new BudgetWindows(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        for (var day = new DateOnly(2026, 1, 1); day < new DateOnly(2027, 3, 1); day = day.AddDays(1))
        {
            var span = windows.At(window, windows.StartOf(day));
            var days = WindowDays.Of(window, day);
            if (window == BudgetWindow.Rolling30D)
            {
                days.ShouldBe(new WindowDays(day.AddDays(-30), null));
                continue;
            }

            (days.Until is { } until ? windows.StartOf(until) : long.MaxValue).ShouldBe(span.EndMs);
            (window == BudgetWindow.Total ? 0 : windows.StartOf(days.From)).ShouldBe(span.StartMs);
        }
    }
}
