using Assay.Server.Directory;

namespace Assay.Server.Budgets.Forecasting.BackTests;

/// <summary>
/// Goes through the past of series whose future is known, and asks at many moments how the window of a budget would
/// end. At each moment the forecast knows only what was known then.
/// </summary>
internal static class BackTest
{
    /// <summary>At midnight, and where hours are known at three in the afternoon, when most of a working day's spend has come.</summary>
    private static readonly int[] s_hours = [0, 15];

    /// <summary>The windows that can be tried: those with calendar days.</summary>
    public static IReadOnlyList<BudgetWindow> Windows { get; } =
        [BudgetWindow.Day, BudgetWindow.Week, BudgetWindow.Month, BudgetWindow.Quarter];

    /// <summary>The origins of a series: one every <paramref name="everyDays"/> days of every complete window.</summary>
    public static IEnumerable<BackTestOrigin> Origins(SpendSeries series, BudgetWindow window, int everyDays = 1)
    {
        var end = series.FirstDay.AddDays(series.Days.Length);
        var span = WindowOf(window, series.FirstDay);
        if (span.From < series.FirstDay)
        {
            span = WindowOf(window, span.To);
        }

        var day = 0;
        for (; span.To <= end; span = WindowOf(window, span.To))
        {
            for (var today = span.From; today < span.To; today = today.AddDays(1))
            {
                foreach (var hour in day++ % everyDays == 0 ? s_hours : [])
                {
                    if ((hour == 0 || series.Hours is not null) && Origin(series, window, span, today, hour) is { } origin)
                    {
                        yield return origin;
                    }
                }
            }
        }
    }

    private static BackTestOrigin? Origin(
        SpendSeries series, BudgetWindow window, (DateOnly From, DateOnly To) span, DateOnly today, int hour)
    {
        var (start, at, end) = (series.IndexOf(span.From), series.IndexOf(today), series.IndexOf(span.To));
        var spentToday = hour == 0 ? 0 : series.Hours.AsSpan(at * 24, hour).Sum();
        var posted = series.Sum(start, at) + spentToday;
        var before = series.IndexOf(WindowOf(window, span.From.AddDays(-1)).From);
        var limit = before >= 0 ? series.Sum(before, start) : long.MaxValue;
        var forecast = BudgetForecaster.Of(new ForecastQuestion(
            new SpendHistory(series.FirstDay, new ArraySegment<long>(series.Days, 0, at)),
            today,
            hour / 24.0,
            spentToday,
            posted,
            span.To,
            limit)
        {
            Hours = HoursBefore(series, at),
        });
        var hasLimit = before >= 0 && posted < limit;
        return forecast is null ? null : new BackTestOrigin(
            series.Name,
            forecast,
            posted,
            series.Sum(start, end),
            RunRate(series, start, at, end, hour / 24.0, posted),
            LastWeek(series, at, end, hour / 24.0, posted),
            hasLimit,
            hasLimit ? RanOut(series, start, at, end, limit) : null);
    }

    private static double RunRate(SpendSeries series, int start, int at, int end, double elapsed, long posted)
    {
        var gone = at - start + elapsed;
        return posted + ((gone > 0 ? posted / gone : series.Mean(at, 7)) * (end - start - gone));
    }

    private static double LastWeek(SpendSeries series, int at, int end, double elapsed, long posted)
    {
        double total = posted;
        for (var day = at; day < end; day++)
        {
            // The last known day of the same weekday.
            var same = day - (7 * (((day - at) / 7) + 1));
            total += (same < 0 ? series.Mean(at, 7) : series.Days[same]) * (day == at ? 1 - elapsed : 1);
        }

        return total;
    }

    private static DateOnly? RanOut(SpendSeries series, int start, int at, int end, long limit)
    {
        var total = series.Sum(start, at);
        for (var day = at; day < end; day++)
        {
            total += series.Days[day];
            if (total >= limit)
            {
                return series.FirstDay.AddDays(day);
            }
        }

        return null;
    }

    private static HourShape HoursBefore(SpendSeries series, int at)
    {
        var from = Math.Max(0, at - 14);
        return series.Hours is null
            ? HourShape.Even
            : HourShape.Of(series.Hours.AsSpan(from * 24, (at - from) * 24), series.FirstDay.AddDays(from).DayOfWeek);
    }

    private static (DateOnly From, DateOnly To) WindowOf(BudgetWindow window, DateOnly day)
    {
        var days = WindowDays.Of(window, day);
        return (days.From, days.Until
            ?? throw new ArgumentOutOfRangeException(nameof(window), window, "Only windows that end can be tried."));
    }
}
