namespace Assay.Outcomes.Statistics;

/// <summary>Student's distribution: what the normal one is when the spread itself is estimated from few cases.</summary>
public static class StudentT
{
    /// <summary>
    /// Beyond which value, on either side, a part of the distribution lies: the expansion of Cornish and Fisher around the
    /// normal quantile, within 0.5 % from five degrees of freedom on.
    /// </summary>
    /// <param name="alpha">The part; above 0 and below 1.</param>
    /// <param name="freedom">Degrees of freedom; at least 1.</param>
    public static double TwoSided(double alpha, double freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        var z = Normal.TwoSided(alpha);
        var (z3, z5, z7) = (Math.Pow(z, 3), Math.Pow(z, 5), Math.Pow(z, 7));
        return z + ((z3 + z) / (4 * freedom))
            + (((5 * z5) + (16 * z3) + (3 * z)) / (96 * freedom * freedom))
            + (((3 * z7) + (19 * z5) + (17 * z3) - (15 * z)) / (384 * freedom * freedom * freedom));
    }
}
