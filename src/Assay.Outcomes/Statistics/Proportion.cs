namespace Assay.Outcomes.Statistics;

/// <summary>A part of a number of cases, with how sure that can be.</summary>
public static class Proportion
{
    /// <summary>Wilson's score interval: honest for few cases and near 0 and 1, where the usual one is not.</summary>
    /// <param name="successes">How many were; 0 to <paramref name="cases"/>.</param>
    /// <param name="cases">How many there were; with none, everything from 0 to 1 is possible.</param>
    /// <param name="confidence">How often such an interval contains the truth.</param>
    public static Interval Wilson(long successes, long cases, double confidence = 0.95)
    {
        Check(successes, cases);
        if (cases == 0)
        {
            return new Interval(0, 1);
        }

        var z = Normal.TwoSided(1 - confidence);
        var (n, p) = ((double)cases, (double)successes / cases);
        var (scale, square) = (1 + (z * z / n), z * z / n);
        var centre = (p + (square / 2)) / scale;
        var half = z * Math.Sqrt((p * (1 - p) / n) + (square / (4 * n))) / scale;
        return new Interval(
            successes == 0 ? 0 : Math.Max(0, centre - half),
            successes == cases ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>Newcombe's interval of the difference of two proportions, second less first, from their Wilson intervals.</summary>
    public static Interval Difference(long successes1, long cases1, long successes2, long cases2, double confidence = 0.95)
    {
        var (first, second) = (Wilson(successes1, cases1, confidence), Wilson(successes2, cases2, confidence));
        if (cases1 == 0 || cases2 == 0)
        {
            return new Interval(-1, 1);
        }

        var (p1, p2) = ((double)successes1 / cases1, (double)successes2 / cases2);
        return new Interval(
            p2 - p1 - Math.Sqrt(Square(p2 - second.Low) + Square(first.High - p1)),
            p2 - p1 + Math.Sqrt(Square(second.High - p2) + Square(p1 - first.Low)));
    }

    /// <summary>How unlikely a difference at least so large is when there is none (pooled z test); 1 where there are no cases.</summary>
    public static double DifferenceP(long successes1, long cases1, long successes2, long cases2)
    {
        Check(successes1, cases1);
        Check(successes2, cases2);
        if (cases1 == 0 || cases2 == 0)
        {
            return 1;
        }

        var pooled = (double)(successes1 + successes2) / (cases1 + cases2);
        var spread = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / cases1) + (1.0 / cases2)));
        var gap = ((double)successes2 / cases2) - ((double)successes1 / cases1);
        return spread == 0 ? 1 : Normal.TwoSidedP(gap / spread);
    }

    private static double Square(double x) => x * x;

    private static void Check(long successes, long cases)
    {
        if (successes < 0 || cases < successes)
        {
            throw new ArgumentOutOfRangeException(nameof(successes), successes, "Successes lie from 0 to the number of cases.");
        }
    }
}
