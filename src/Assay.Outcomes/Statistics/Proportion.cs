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
        return cases == 0 ? new Interval(0, 1) : Wilson((double)successes / cases, cases, Normal.TwoSided(1 - confidence));
    }

    /// <summary>
    /// The same where cases come in clusters that are alike, as what one person delivers: as many cases are counted as
    /// independent ones would tell as much.
    /// </summary>
    /// <param name="clusters">Successes and cases of each cluster.</param>
    /// <param name="confidence">How often such an interval contains the truth.</param>
    public static Interval Clustered(IReadOnlyList<(long Successes, long Cases)> clusters, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        var (successes, cases, count) = (0L, 0L, 0);
        foreach (var (s, n) in clusters.Where(c => c.Cases > 0))
        {
            Check(s, n);
            (successes, cases, count) = (successes + s, cases + n, count + 1);
        }

        if (cases == 0)
        {
            return new Interval(0, 1);
        }

        var part = (double)successes / cases;
        var plain = part * (1 - part) / cases;
        // As a jackknife would: a cluster that weighs much has drawn the whole towards itself.
        var squares = clusters.Sum(c => Square((c.Successes - (part * c.Cases)) / Math.Max(0.1, 1 - ((double)c.Cases / cases))));
        var clustered = count < 2 ? plain : squares / ((double)cases * cases);
        // Luck must not make the interval shorter than the plain one.
        var alike = plain > 0 ? Math.Max(1, clustered / plain) : 1;
        return Wilson(part, cases / alike, count < 2 ? Normal.TwoSided(1 - confidence) : StudentT.TwoSided(1 - confidence, count - 1));
    }

    private static Interval Wilson(double part, double cases, double z)
    {
        var square = z * z / cases;
        var centre = (part + (square / 2)) / (1 + square);
        var half = z * Math.Sqrt((part * (1 - part) / cases) + (square / (4 * cases))) / (1 + square);
        return new Interval(part == 0 ? 0 : Math.Max(0, centre - half), part == 1 ? 1 : Math.Min(1, centre + half));
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
