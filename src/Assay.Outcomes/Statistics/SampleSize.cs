namespace Assay.Outcomes.Statistics;

/// <summary>How many cases it takes to see what somebody claims to see.</summary>
public static class SampleSize
{
    /// <summary>
    /// How many cases each of two groups needs before a difference between two proportions would be found
    /// (two-sided test of two proportions, pooled under the hypothesis of none).
    /// </summary>
    /// <param name="first">The proportion in one group.</param>
    /// <param name="second">The proportion in the other; equal ones need infinitely many.</param>
    /// <param name="power">How often the difference would be found.</param>
    /// <param name="alpha">How often one would be found where there is none.</param>
    /// <returns>Cases in each group, not rounded; a page rounds up.</returns>
    public static double PerArm(double first, double second, double power = 0.8, double alpha = 0.05)
    {
        if (first is not (>= 0 and <= 1) || second is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(first), first, "Proportions lie from 0 to 1.");
        }

        var (gap, mean) = (Math.Abs(first - second), (first + second) / 2);
        if (gap == 0)
        {
            return double.PositiveInfinity;
        }

        var sum = (Normal.TwoSided(alpha) * Math.Sqrt(2 * mean * (1 - mean)))
            + (Normal.Quantile(power) * Math.Sqrt((first * (1 - first)) + (second * (1 - second))));
        return sum * sum / (gap * gap);
    }
}
