using System.Buffers;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>
/// Forecasts how a budget's window ends. Pure: the same question always has the same answer, whoever asks and when.
/// Floating-point numbers are its statistics; amounts go in and come out as integers.
/// </summary>
internal static class BudgetForecaster
{
    /// <summary>With fewer complete days nothing is said.</summary>
    public const int DaysMin = 2;

    /// <summary>With fewer the scope's own week is not known.</summary>
    public const int OwnDaysMin = 14;

    /// <summary>When so much of a usual day has come, what came says as much about the rest as the belief before.</summary>
    private const double HalfTrust = 0.6;

    private const int Paths = 400;
    private const ulong Seed = 0xA55A_1D0C;

    /// <summary>The forecast; null if the scope has spent for fewer than <see cref="DaysMin"/> complete days.</summary>
    public static BudgetForecast? Of(ForecastQuestion question)
    {
        if (question.History.FirstDay.AddDays(question.History.Days.Count) != question.Today)
        {
            throw new ArgumentException("The history must end yesterday.", nameof(question));
        }

        var history = question.History.Trimmed();
        if (history.Days.Count < DaysMin)
        {
            return null;
        }

        var model = new SpendModel(history, question.ParentShape);
        var horizon = question.Horizon;
        var rented = ArrayPool<double>.Shared.Rent(Paths * horizon);
        try
        {
            var paths = rented.AsSpan(0, Paths * horizon);
            var dice = new Dice(Seed);
            var stretch = IntervalCalibration.Stretch(model, horizon, ref dice);
            new SpendPaths(model).Draw(model.Count, horizon, paths, ref dice);
            LeaveRestOfToday(paths, horizon, question, model);
            Stretch(paths, horizon, stretch);
            return Summary(paths, horizon, question, model.Count);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// Turns a path's whole today into what is still to come of it. The more of the day is over, the more what came so
    /// far says about the rest, and the less the belief before the day does.
    /// </summary>
    private static void LeaveRestOfToday(Span<double> paths, int horizon, ForecastQuestion question, SpendModel model)
    {
        var weekday = question.Today.DayOfWeek;
        var gone = question.Hours.ShareBy(weekday, question.DayElapsed);
        var believed = model.LevelAt(model.Count) * model.ShapeAt(model.Count)[weekday];
        var trust = gone / (gone + HalfTrust);
        var seen = gone > 0 ? Math.Min(question.SpentToday / gone, 5 * believed) : 0;
        for (var i = 0; i < paths.Length; i += horizon)
        {
            paths[i] = (1 - gone) * (((1 - trust) * paths[i]) + (trust * seen));
        }
    }

    /// <summary>Moves every path away from the middle one (or towards it), as a whole.</summary>
    private static void Stretch(Span<double> paths, int horizon, double factor)
    {
        Span<double> sums = stackalloc double[Paths];
        Sum(paths, horizon, sums);
        Span<double> sorted = stackalloc double[Paths];
        sums.CopyTo(sorted);
        sorted.Sort();
        var middle = Quantiles.Of(sorted, 0.5);
        for (var i = 0; i < Paths; i++)
        {
            if (sums[i] <= 0)
            {
                continue;
            }

            var scale = Math.Max(0, middle + (factor * (sums[i] - middle))) / sums[i];
            foreach (ref var day in paths.Slice(i * horizon, horizon))
            {
                day *= scale;
            }
        }
    }

    private static void Sum(ReadOnlySpan<double> paths, int horizon, Span<double> sums)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            double sum = 0;
            foreach (var day in paths.Slice(i * horizon, horizon))
            {
                sum += day;
            }

            sums[i] = sum;
        }
    }

    private static BudgetForecast Summary(
        ReadOnlySpan<double> paths, int horizon, ForecastQuestion question, int historyDays)
    {
        Span<double> totals = stackalloc double[Paths];
        Span<double> sorted = stackalloc double[Paths];
        Span<bool> spent = stackalloc bool[Paths];
        totals.Fill(question.Posted);
        spent.Clear();
        var reached = 0;
        DateOnly? earliest = null, middle = null, latest = null;
        var days = new ForecastDay[horizon];
        for (var d = 0; d < horizon; d++)
        {
            var day = question.Today.AddDays(d);
            var leaving = d < question.Leaving.Count ? question.Leaving[d] : 0;
            for (var i = 0; i < Paths; i++)
            {
                totals[i] += paths[(i * horizon) + d];
                if (!spent[i] && totals[i] >= question.Limit)
                {
                    spent[i] = true;
                    reached++;
                }

                totals[i] = Math.Max(0, totals[i] - leaving);
            }

            earliest ??= reached >= 0.1 * Paths ? day : null;
            middle ??= reached >= 0.5 * Paths ? day : null;
            latest ??= reached >= 0.9 * Paths ? day : null;
            totals.CopyTo(sorted);
            sorted.Sort();
            days[d] = new ForecastDay(
                day, Amount(Quantiles.Of(sorted, 0.1)), Amount(Quantiles.Of(sorted, 0.5)), Amount(Quantiles.Of(sorted, 0.9)));
        }

        return new BudgetForecast(
            days[^1].Expected,
            days[^1].Low,
            days[^1].High,
            reached / (double)Paths,
            middle,
            earliest,
            latest,
            historyDays >= OwnDaysMin ? ForecastBasis.Own : question.ParentShape is null ? ForecastBasis.Flat : ForecastBasis.Parent,
            historyDays,
            days);
    }

    /// <summary>Saturates: a forecast is never a reason to fail.</summary>
    private static long Amount(double value) => value >= long.MaxValue ? long.MaxValue : (long)Math.Round(value);
}
