using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Experiments;

/// <summary>
/// Every unit is treated in one period of each pair. Each is compared with itself, week against week, so that neither
/// hard work nor good people count as an effect.
/// </summary>
public static class Switchback
{
    /// <summary>Fewer units say nothing: their signs alone can come out alike by chance.</summary>
    public const int UnitsMin = 6;

    /// <summary>Analyses a switchback.</summary>
    /// <param name="seen">The figures; pairs of which one period is missing are passed over.</param>
    /// <param name="isTreated">The assignment, such as <see cref="Assignment.IsTreated"/>.</param>
    /// <param name="draws">Where to draw from.</param>
    /// <param name="confidence">How often the interval contains the truth.</param>
    /// <param name="rounds">How often to draw.</param>
    public static ExperimentResult Analyse(
        IEnumerable<UnitPeriod> seen, Func<string, int, bool> isTreated, Draws draws, double confidence = 0.9, int rounds = 1999)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(isTreated);
        double[] gaps =
        [
            .. seen.GroupBy(s => s.Unit, StringComparer.Ordinal).Select(u => Gaps(u, isTreated).ToList())
                .Where(g => g.Count > 0).Select(g => g.Average()),
        ];
        if (gaps.Length < UnitsMin)
        {
            return new ExperimentResult(gaps.Length, null, null, null, UnitsMin);
        }

        var mean = gaps.Average();
        var error = Math.Sqrt(gaps.Sum(g => (g - mean) * (g - mean)) / (gaps.Length - 1.0) / gaps.Length);
        var width = StudentT.TwoSided(1 - confidence, gaps.Length - 1) * error;
        // Had the coin of each unit fallen the other way, its gap would have the other sign.
        var asFar = 1;
        for (var round = 0; round < rounds; round++)
        {
            var sum = 0.0;
            foreach (var gap in gaps)
            {
                sum += draws.Below(2) == 0 ? gap : -gap;
            }

            asFar += Math.Abs(sum / gaps.Length) >= Math.Abs(mean) - 1e-12 ? 1 : 0;
        }

        return new ExperimentResult(gaps.Length, mean, new Interval(mean - width, mean + width), asFar / (rounds + 1.0), UnitsMin);
    }

    private static IEnumerable<double> Gaps(IEnumerable<UnitPeriod> unit, Func<string, int, bool> isTreated)
    {
        foreach (var pair in unit.GroupBy(s => s.Period / 2))
        {
            var both = pair.ToList();
            var (with, without) = (both.Where(s => isTreated(s.Unit, s.Period)).ToList(), both.Where(s => !isTreated(s.Unit, s.Period)).ToList());
            if (with.Count == 1 && without.Count == 1)
            {
                yield return with[0].Value - without[0].Value;
            }
        }
    }
}
