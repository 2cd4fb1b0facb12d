namespace Assay.Server.Budgets.Forecasting;

/// <summary>
/// Makes the interval as wide as the scope's past asks for. The same method is tried at several days of the past, where
/// the truth is known; how far the truth was from the middle, in half-widths of the interval, says by how much the
/// interval must be stretched so that it would have held four times in five (a conformal interval).
/// </summary>
internal static class IntervalCalibration
{
    private const int PathsPerTrial = 90;
    private const int TrialsMax = 10;

    /// <summary>What new scopes start from: wider than their few days say, and wider the farther the end is.</summary>
    private const double YoungStretch = 0.6;

    private const double WeekStretch = 0.02;

    /// <summary>So many independent trials weigh as much as that.</summary>
    private const double PriorTrials = 3;

    /// <summary>The factor for everything beyond the middle of the paths.</summary>
    public static double Stretch(SpendModel model, int horizon, ref Dice dice)
    {
        var prior = 1 + (YoungStretch * Math.Exp(-model.Count / 10.0)) + (WeekStretch * (horizon - 1) / 7);
        var first = Math.Max(10, model.Count / 4);
        var span = Math.Min(horizon, (model.Count - first) / 2);
        if (span < 1)
        {
            return prior;
        }

        var last = model.Count - span;
        var trials = Math.Min(TrialsMax, last - first + 1);
        Span<double> misses = stackalloc double[TrialsMax];
        var paths = new double[PathsPerTrial * span];
        for (var t = 0; t < trials; t++)
        {
            var origin = trials == 1 ? last : first + ((last - first) * t / (trials - 1));
            new SpendPaths(model).Draw(origin, span, paths, ref dice);
            misses[t] = Miss(paths, span, model, origin);
        }

        misses = misses[..trials];
        misses.Sort();

        // The conformal rank: one more than there are, since the next truth is one of them too.
        var rank = Math.Min((int)Math.Ceiling(0.8 * (trials + 1)), trials) - 1;
        var seen = Math.Clamp(misses[rank], 0.5, 3);

        // Spans that overlap repeat each other: only so many trials are independent.
        var independent = Math.Min(trials, (last - first + span) / (double)span);
        var weight = independent / (independent + PriorTrials);
        return Math.Exp((Math.Log(seen) * weight) + (Math.Log(prior) * (1 - weight)));
    }

    /// <summary>How far the truth was from the middle: 1 is at the edge of the interval.</summary>
    private static double Miss(double[] paths, int span, SpendModel model, int origin)
    {
        Span<double> sums = stackalloc double[PathsPerTrial];
        for (var i = 0; i < PathsPerTrial; i++)
        {
            double sum = 0;
            foreach (var day in paths.AsSpan(i * span, span))
            {
                sum += day;
            }

            sums[i] = sum;
        }

        sums.Sort();
        double truth = 0;
        for (var d = 0; d < span; d++)
        {
            truth += model.Day(origin + d);
        }

        var middle = Quantiles.Of(sums, 0.5);
        var reach = truth >= middle ? Quantiles.Of(sums, 0.9) - middle : middle - Quantiles.Of(sums, 0.1);
        return truth == middle ? 0 : reach <= 0 ? 3 : Math.Abs(truth - middle) / reach;
    }
}
