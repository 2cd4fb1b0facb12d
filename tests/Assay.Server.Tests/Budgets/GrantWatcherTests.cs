using Assay.Server.Budgets;
using Assay.Server.Directory;

namespace Assay.Server.Tests.Budgets;

/// <summary>Which grants people are told about before they end.</summary>
public sealed class GrantWatcherTests
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    private static readonly BudgetWindows s_windows = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

    // Noon of 10 August in Berlin.
    private static readonly long s_nowMs = new DateTimeOffset(2026, 8, 10, 10, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    // The first instant of September in Berlin.
    private static readonly long s_septemberMs = new DateTimeOffset(2026, 8, 31, 22, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    [Theory]
    [InlineData(-5 * DayMs, DayMs, true)]
    [InlineData(-5 * DayMs, DayMs + 1, false)]
    [InlineData(-5 * DayMs, 1, true)]
    [InlineData(-5 * DayMs, 0, false)]
    [InlineData(-3 * HourMs, HourMs, true)]
    [InlineData(-3 * HourMs, HourMs + 4, false)]
    [InlineData(HourMs / 2, HourMs, false)]
    public void A_grant_is_told_about_on_its_last_day_or_in_its_last_quarter(long fromMs, long untilMs, bool told) =>
        Ending(BudgetWindow.Month, s_nowMs + fromMs, s_nowMs + untilMs, s_nowMs).ShouldBe(told);

    [Theory]
    [InlineData("month", 0, false)]
    [InlineData("month", 1, true)]
    [InlineData("month", -1, true)]
    [InlineData("total", 0, true)]
    [InlineData("rolling30d", 0, true)]
    public void A_grant_that_ends_with_its_budget_s_window_is_no_news(string window, long laterMs, bool told) =>
        Ending(DirectoryWords.Windows[window], s_nowMs, s_septemberMs + laterMs, s_septemberMs - HourMs).ShouldBe(told);

    [Fact]
    public void A_grant_without_an_end_is_never_told_about() =>
        Ending(BudgetWindow.Total, s_nowMs, null, s_nowMs + (1000 * DayMs)).ShouldBeFalse();

    private static bool Ending(BudgetWindow window, long fromMs, long? untilMs, long nowMs)
    {
        var budget = new Budget(
            "b_1", new BudgetScope(BudgetScopeKind.Person, "p_ada"), window, BudgetUnit.Usd, 1_000, AtLimit.Block);
        var grant = new BudgetGrant("gr_1", "b_1", null, 500, fromMs, untilMs, null);
        return GrantWatcher.EndingAt(new BudgetTree([budget], [grant]), s_windows, nowMs).Any();
    }
}
