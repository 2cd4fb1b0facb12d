using Assay.Server.Budgets.Forecasting;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Server.Tests.Budgets.Forecasting;

public sealed class BudgetForecasterTests
{
    private const long Dollar = 1_000_000_000;

    // A Monday.
    private static readonly DateOnly s_today = new(2026, 6, 15);

    [Fact]
    public void Weekends_are_expected_to_be_as_quiet_as_they_were()
    {
        var friday = s_today.AddDays(4);

        var forecast = Of(Weeks(8, friday, 100, 2), until: friday.AddDays(3), today: friday).ShouldNotBeNull();

        // A Friday of 100 and a weekend of 2 each; seven-day means would say 216.
        Dollars(forecast.Expected).ShouldBeInRange(100, 112);
        Dollars(forecast.Days[1].Expected - forecast.Days[0].Expected).ShouldBeLessThan(6);
        forecast.Basis.ShouldBe(ForecastBasis.Own);
        forecast.HistoryDays.ShouldBe(56);
    }

    [Fact]
    public void The_same_question_always_has_the_same_answer()
    {
        var question = Question(Noisy(56, 7), s_today.AddDays(16));
        var first = BudgetForecaster.Of(question).ShouldNotBeNull();

        Parallel.For(0, 8, _ =>
        {
            var again = BudgetForecaster.Of(question).ShouldNotBeNull();
            again.Days.ShouldBe(first.Days);
            again.ShouldBe(first with { Days = again.Days });
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void With_less_than_two_days_of_spend_nothing_is_said(int days)
    {
        var amounts = new long[20];
        amounts.AsSpan(20 - days).Fill(Dollar);

        Of(amounts).ShouldBeNull();
    }

    [Fact]
    public void With_few_days_the_interval_is_wide_and_narrows_as_days_come()
    {
        var widths = new[] { 3, 10, 56 }.Select(days =>
        {
            var forecast = Of(Weeks(8, s_today, 100, 100)[^days..]).ShouldNotBeNull();
            return (forecast.High - forecast.Low) / (double)forecast.Expected;
        }).ToArray();

        widths[0].ShouldBeGreaterThan(1);
        widths[1].ShouldBeLessThan(widths[0]);
        widths[2].ShouldBeLessThan(widths[1] / 2);
    }

    [Fact]
    public void A_new_scope_has_the_week_of_the_scope_above()
    {
        var shape = WeekdayShape.Of([.. Weeks(8, s_today, 100, 0).Select(d => (double)d)], s_today.DayOfWeek);
        var friday = s_today.AddDays(4);
        var question = Question(Weeks(8, friday, 100, 0)[^4..], friday.AddDays(3), today: friday);

        var alone = BudgetForecaster.Of(question).ShouldNotBeNull();
        var below = BudgetForecaster.Of(question with { ParentShape = shape }).ShouldNotBeNull();

        alone.Basis.ShouldBe(ForecastBasis.Flat);
        below.Basis.ShouldBe(ForecastBasis.Parent);

        // Friday is all that is to come.
        Dollars(below.Expected).ShouldBeLessThan(Dollars(alone.Expected) * 0.6);
    }

    [Fact]
    public void A_limit_that_nobody_comes_near_lasts()
    {
        var forecast = Of(Weeks(8, s_today, 100, 10), limit: 1_000_000).ShouldNotBeNull();

        forecast.Probability.ShouldBe(0);
        forecast.RunsOut.ShouldBeNull();
        forecast.RunsOutEarliest.ShouldBeNull();
        forecast.RunsOutLatest.ShouldBeNull();
    }

    [Fact]
    public void A_limit_that_is_reached_runs_out_today()
    {
        var forecast = Of(Weeks(8, s_today, 100, 10), limit: 50, posted: 50).ShouldNotBeNull();

        forecast.Probability.ShouldBe(1);
        (forecast.RunsOutEarliest, forecast.RunsOut, forecast.RunsOutLatest).ShouldBe((s_today, s_today, s_today));
    }

    [Fact]
    public void The_day_on_which_a_steady_budget_runs_out_is_foreseen()
    {
        // From Monday on, 100 a working day: the tenth working day is Friday of next week.
        var forecast = Of(Weeks(8, s_today, 100, 0), until: s_today.AddDays(30), limit: 950).ShouldNotBeNull();

        forecast.RunsOut.ShouldBe(s_today.AddDays(11));
        forecast.RunsOutEarliest.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(s_today.AddDays(11));
        forecast.RunsOutLatest.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(s_today.AddDays(11));
        forecast.Probability.ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void A_public_holiday_yesterday_hardly_changes_what_is_expected()
    {
        var tuesday = s_today.AddDays(1);
        var usual = Weeks(8, tuesday, 100, 5);
        long[] holiday = [.. usual];
        holiday[^1] = 0;

        var before = Of(usual, today: tuesday).ShouldNotBeNull();
        var after = Of(holiday, today: tuesday).ShouldNotBeNull();

        Dollars(after.Expected).ShouldBeInRange(0.9 * Dollars(before.Expected), 1.1 * Dollars(before.Expected));
    }

    [Fact]
    public void A_single_burst_is_not_taken_for_a_new_level()
    {
        var usual = Weeks(8, s_today, 100, 5);
        long[] burst = [.. usual];
        burst[^4] *= 30;

        var before = Of(usual).ShouldNotBeNull();
        var after = Of(burst).ShouldNotBeNull();

        Dollars(after.Expected).ShouldBeLessThan(1.6 * Dollars(before.Expected));
        after.High.ShouldBeGreaterThan(before.High);
    }

    [Fact]
    public void What_was_spent_today_is_not_expected_again()
    {
        var hours = new long[14 * 24];
        for (var day = 0; day < 14; day++)
        {
            hours.AsSpan((day * 24) + 9, 8).Fill(12);
        }

        var shape = HourShape.Of(hours, s_today.DayOfWeek);
        var question = Question(Weeks(8, s_today, 100, 100), s_today.AddDays(1)) with { Hours = shape };
        var morning = BudgetForecaster.Of(question with { DayElapsed = 0.3 }).ShouldNotBeNull();
        var evening = BudgetForecaster.Of(
            question with { DayElapsed = 0.8, SpentToday = 98 * Dollar, Posted = 98 * Dollar }).ShouldNotBeNull();

        Dollars(morning.Expected).ShouldBeInRange(85, 110);
        Dollars(evening.Expected).ShouldBeInRange(98, 103);
        (evening.High - evening.Low).ShouldBeLessThan(morning.High - morning.Low);
    }

    [Fact]
    public void What_leaves_a_moving_window_makes_room()
    {
        var question = Question(Weeks(8, s_today, 100, 100), s_today.AddDays(30), limit: 3300, posted: 3000);
        var standing = BudgetForecaster.Of(question).ShouldNotBeNull();
        var moving = BudgetForecaster.Of(
            question with { Leaving = [.. Enumerable.Repeat(100 * Dollar, 30)] }).ShouldNotBeNull();

        Dollars(standing.Expected).ShouldBeInRange(5800, 6200);
        Dollars(moving.Expected).ShouldBeInRange(2800, 3200);
        standing.Probability.ShouldBe(1);
        moving.Probability.ShouldBeLessThan(0.8);
    }

    [Fact]
    public void Amounts_near_the_largest_are_no_reason_to_fail()
    {
        long[] days = [.. Enumerable.Repeat(long.MaxValue / 4, 20)];

        var forecast = Of(days, limit: 1, posted: 1).ShouldNotBeNull();

        forecast.High.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void A_history_that_does_not_end_yesterday_is_refused() =>
        Should.Throw<ArgumentException>(() => BudgetForecaster.Of(
            Question([Dollar, Dollar, Dollar], s_today.AddDays(3)) with { Today = s_today.AddDays(1) }));

    [Fact]
    public void Whatever_the_history_the_answer_is_in_order()
    {
        var days = Gen.Choose(0, 120).SelectMany(n => Gen.Choose(0, 9).SelectMany(
            d => d < 3 ? Gen.Constant(0L) : Gen.Choose(0, int.MaxValue).Select(v => (long)v * (d == 9 ? 1_000_000 : 1)))
            .ListOf(n));
        Prop.ForAll(days.ToArbitrary(), Gen.Choose(1, 120).ToArbitrary(), (history, horizon) =>
        {
            var question = Question([.. history], s_today.AddDays(horizon), limit: 100, posted: 5);
            if (BudgetForecaster.Of(question) is not { } forecast)
            {
                return;
            }

            forecast.Days.Count.ShouldBe(Math.Min(horizon, ForecastQuestion.HorizonMax));
            var before = new ForecastDay(s_today, question.Posted, question.Posted, question.Posted);
            foreach (var day in forecast.Days)
            {
                day.Low.ShouldBeGreaterThanOrEqualTo(before.Low);
                day.Expected.ShouldBeInRange(day.Low, day.High);
                day.High.ShouldBeGreaterThanOrEqualTo(before.High);
                before = day;
            }

            forecast.Probability.ShouldBeInRange(0, 1);
            (forecast.RunsOut is null).ShouldBe(forecast.Probability < 0.5);
            (forecast.RunsOutEarliest > forecast.RunsOut).ShouldBeFalse();
            (forecast.RunsOut > forecast.RunsOutLatest).ShouldBeFalse();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(12, 17));
    }

    private static double Dollars(long amount) => amount / (double)Dollar;

    private static BudgetForecast? Of(
        long[] days, DateOnly? until = null, DateOnly? today = null, double limit = 500, double posted = 0) =>
        BudgetForecaster.Of(Question(days, until ?? (today ?? s_today).AddDays(7), today, limit, posted));

    private static ForecastQuestion Question(
        long[] days, DateOnly until, DateOnly? today = null, double limit = 500, double posted = 0)
    {
        var at = today ?? s_today;
        return new ForecastQuestion(
            new SpendHistory(at.AddDays(-days.Length), days), at, 0, 0, (long)(posted * Dollar), until, (long)(limit * Dollar));
    }

    /// <summary>Whole weeks up to a day, with a little noise that is always the same.</summary>
    private static long[] Weeks(int weeks, DateOnly before, double workday, double weekend)
    {
        var days = new long[weeks * 7];
        for (var d = 0; d < days.Length; d++)
        {
            var isWeekend = before.AddDays(d - days.Length).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            days[d] = (long)((isWeekend ? weekend : workday) * (1 + (0.03 * Math.Sin(d * 2.4))) * Dollar);
        }

        return days;
    }

    private static long[] Noisy(int days, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, days).Select(_ => (long)(random.NextDouble() * random.NextDouble() * 100 * Dollar))];
    }
}
