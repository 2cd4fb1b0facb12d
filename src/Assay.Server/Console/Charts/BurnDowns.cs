using System.Globalization;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;

namespace Assay.Server.Console.Charts;

/// <summary>Makes charts of budgets' forecasts, and says in words what they show.</summary>
internal static class BurnDowns
{
    /// <summary>Null if nothing is known of the window.</summary>
    public static BurnDownChart? Of(Budget budget, string title, BudgetOutlook outlook)
    {
        if (outlook.Course is not { } course)
        {
            return null;
        }

        return new BurnDownChart(
            $"burn-down-{budget.Id}",
            title,
            Finding(budget, outlook, course),
            budget.Unit == BudgetUnit.Usd ? ChartUnit.NanoUsd : ChartUnit.Tokens,
            course.Limit,
            (decimal)course.Elapsed,
            course.FromNothing,
            Days(course, outlook.Forecast));
    }

    /// <summary>The days of a window so far, and those that may come.</summary>
    public static IReadOnlyList<BurnDownDay> Days(SpendCourse course, BudgetForecast? forecast)
    {
        var ahead = forecast?.Days ?? [];
        var days = new List<BurnDownDay>();
        for (var d = 0; d < course.Totals.Count; d++)
        {
            var isToday = d == course.Totals.Count - 1;
            var today = isToday && ahead.Count > 0 ? ahead[0] : (ForecastDay?)null;
            days.Add(new(course.FirstDay.AddDays(d), course.Totals[d], today?.Low, today?.Expected, today?.High));
        }

        days.AddRange(ahead.Skip(1).Select(day => new BurnDownDay(day.Day, null, day.Low, day.Expected, day.High)));
        return days;
    }

    /// <summary>What a forecast says, in one or two sentences.</summary>
    public static string Finding(Budget budget, BudgetOutlook outlook, SpendCourse course)
    {
        var spent = course.Totals.Count > 0 ? course.Totals[^1] : 0;
        var sofar = $"{Say(spent)} of {Say(course.Limit)} so far.";
        if (outlook.Forecast is not { } forecast)
        {
            return sofar + " There is not enough history for a forecast.";
        }

        var end = $" By {Day(forecast.LastDay)} about {Say(forecast.Expected)}, in four of five cases between {Say(forecast.Low)} and {Say(forecast.High)}.";
        return sofar + end + (spent >= course.Limit ? " It has run out."
            : forecast.RunsOut is { } day
                ? $" It probably runs out on {Day(day)}{Between(forecast)}."
                : forecast.RunsOutEarliest is { } earliest ? $" It may run out, on {Day(earliest)} at the earliest, but probably lasts."
                : " It lasts.");

        string Say(long amount) => budget.Unit == BudgetUnit.Usd
            ? Figures.Say.Usd(new Ledger.Money.NanoUsd(amount))
            : Figures.Say.Brief(amount) + " tokens";
    }

    private static string Between(BudgetForecast forecast) => (forecast.RunsOutEarliest, forecast.RunsOutLatest) switch
    {
        ({ } earliest, { } latest) when earliest < latest => $", between {Day(earliest)} and {Day(latest)}",
        ({ } earliest, null) => $", on {Day(earliest)} at the earliest, or lasts",
        _ => "",
    };

    private static string Day(DateOnly day) => day.ToString("d MMM", CultureInfo.InvariantCulture);
}
