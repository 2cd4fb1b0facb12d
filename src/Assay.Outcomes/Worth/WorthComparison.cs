using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Worth;

/// <summary>Finished outcomes of one arm (a model, a route policy) within one stratum (repository × size band).</summary>
/// <param name="Arm">Which of the two that are compared.</param>
/// <param name="Stratum">What is alike within it.</param>
/// <param name="Settled">How many settled.</param>
/// <param name="Finished">How many are finished: settled, taken back or abandoned.</param>
public readonly record struct ArmRow(string Arm, string Stratum, long Settled, long Finished);

/// <summary>
/// Whether outcomes of one arm settle more often than those of another, like compared with like. Which model is chosen
/// follows how hard a task is, so rates are only compared within repository and size, and then put together
/// (Mantel and Haenszel, with the variance of Sato).
/// </summary>
public sealed record WorthComparison
{
    /// <summary>Finished outcomes of the first arm, in strata where both have some.</summary>
    public required long First { get; init; }

    /// <summary>Finished outcomes of the second arm there.</summary>
    public required long Second { get; init; }

    /// <summary>Outcomes left out since their stratum has nothing to be compared with.</summary>
    public required long Unmatched { get; init; }

    /// <summary>How many each arm needs for the gap that is to be found.</summary>
    public required int Needed { get; init; }

    /// <summary>Whether there are enough; without, there is no difference to show.</summary>
    public bool IsEnough => First >= Needed && Second >= Needed;

    /// <summary>The settled rate of the second arm less that of the first; null when there are not enough.</summary>
    public double? Difference { get; init; }

    /// <summary>Where it may lie.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Compares.</summary>
    /// <param name="rows">Both arms; other arms are passed over.</param>
    /// <param name="first">The arm compared with.</param>
    /// <param name="second">The arm in question.</param>
    /// <param name="gap">The difference of rates worth finding; it decides how many are needed.</param>
    /// <param name="confidence">How often the interval contains the truth.</param>
    public static WorthComparison Of(IEnumerable<ArmRow> rows, string first, string second, double gap = 0.1, double confidence = 0.9)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (gap is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(gap), gap, "A gap lies above 0 and below 1.");
        }

        var strata = rows.Where(r => r.Arm == first || r.Arm == second).GroupBy(r => r.Stratum, StringComparer.Ordinal)
            .Select(g => (A: Sum(g.Where(r => r.Arm == first)), B: Sum(g.Where(r => r.Arm == second)))).ToList();
        var matched = strata.Where(s => s.A.Finished > 0 && s.B.Finished > 0).ToList();
        var (settled, finished) = matched.Aggregate((Settled: 0L, Finished: 0L), (sum, s) => (sum.Settled + s.A.Settled, sum.Finished + s.A.Finished));
        var rate = finished == 0 ? 0.5 : settled / (double)finished;
        // The gap is looked for where there is room for it.
        var other = rate + gap <= 1 ? rate + gap : rate - gap;
        var comparison = new WorthComparison
        {
            First = finished,
            Second = matched.Sum(s => s.B.Finished),
            Unmatched = strata.Sum(s => s.A.Finished + s.B.Finished) - finished - matched.Sum(s => s.B.Finished),
            Needed = (int)Math.Ceiling(SampleSize.PerArm(rate, other)),
        };
        return comparison.IsEnough ? comparison.With(matched, confidence) : comparison;
    }

    private WorthComparison With(List<((long Settled, long Finished) A, (long Settled, long Finished) B)> strata, double confidence)
    {
        var (weight, sum, p, q) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (a, b) in strata)
        {
            double n = a.Finished + b.Finished;
            double w = a.Finished * (double)b.Finished / n;
            weight += w;
            sum += w * ((b.Settled / (double)b.Finished) - (a.Settled / (double)a.Finished));
            p += (((double)b.Finished * b.Finished * a.Settled) - ((double)a.Finished * a.Finished * b.Settled)
                + ((double)a.Finished * b.Finished * (a.Finished - b.Finished) / 2)) / (n * n);
            q += (((double)b.Settled * (a.Finished - a.Settled)) + ((double)a.Settled * (b.Finished - b.Settled))) / (2 * n);
        }

        var difference = sum / weight;
        var error = Math.Sqrt(Math.Max(0, (difference * p) + q)) / weight;
        var z = Normal.TwoSided(1 - confidence);
        return this with { Difference = difference, Interval = new Interval(difference - (z * error), difference + (z * error)) };
    }

    private static (long Settled, long Finished) Sum(IEnumerable<ArmRow> rows) =>
        rows.Aggregate((Settled: 0L, Finished: 0L), (sum, r) => (sum.Settled + r.Settled, sum.Finished + r.Finished));
}
