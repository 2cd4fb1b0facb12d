using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>
/// Whether the metric grows faster than its gold. Those who work for the metric move far, most do not move; so it is asked
/// whether more units move far up than far down, once what gold explains is taken off: of each unit what its own gold tells,
/// of all of them what the company's gold may have grown by, but no more than the middle one moved.
/// Judged by exchanging before and after within units at random: where nothing changed, that makes no difference.
/// </summary>
internal static class Decoupling
{
    // Added to all sums, in parts of their median: units that do nothing for a week have no logarithm.
    private const double Floor = 0.5;

    // The error of a median over that of a mean, and the normal deviation over the median one.
    private const double MedianError = 1.253;
    private const double NormalPerDeviation = 1.4826;

    // Gold that is nearly gone has no logarithm.
    private const double LeastGrowth = 0.2;

    public static AuditFinding? Ask(IReadOnlyList<UnitSums> units, IReadOnlyList<UnitMove> moves, AuditSettings settings, Draws draws)
    {
        var sum = units.Aggregate(default(UnitSums), (s, u) => new UnitSums(
            s.ProxyBefore + u.ProxyBefore, s.ProxyAfter + u.ProxyAfter, s.GoldBefore + u.GoldBefore, s.GoldAfter + u.GoldAfter));
        if (moves.Count < settings.UnitsMin || sum.ProxyBefore <= 0 || sum.ProxyAfter <= 0 || sum.GoldBefore <= 0 || sum.GoldAfter <= 0)
        {
            return null;
        }

        var proxyFloor = Floor * Median(units.SelectMany(u => (double[])[u.ProxyBefore, u.ProxyAfter]));
        var goldFloor = Floor * Median(units.SelectMany(u => (double[])[u.GoldBefore, u.GoldAfter]));
        double[] gaps =
        [
            .. units.Select(u => Math.Log((u.ProxyAfter + proxyFloor) / (u.ProxyBefore + proxyFloor))
                - Math.Log((u.GoldAfter + goldFloor) / (u.GoldBefore + goldFloor))),
        ];
        var mean = gaps.Average();
        var error = Math.Sqrt(gaps.Sum(g => (g - mean) * (g - mean)) / (gaps.Length - 1.0) / gaps.Length);
        var width = StudentT.TwoSided(1 - settings.Confidence, gaps.Length - 1) * error;
        // Only a metric that itself grows is one that people work for; a single burst before, or now, is no growth.
        var probability = moves.Average(m => m.Proxy) <= 0 ? 1 : Probability(moves, settings, draws);
        return new AuditFinding(
            AuditQuestion.Decoupling,
            sum.GoldAfter / sum.GoldBefore,
            sum.ProxyAfter / sum.ProxyBefore,
            Math.Exp(mean),
            new Interval(Math.Exp(mean - width), Math.Exp(mean + width)),
            probability,
            probability,
            false);
    }

    private static double Probability(IReadOnlyList<UnitMove> moves, AuditSettings settings, Draws draws)
    {
        double[] gaps = [.. moves.Select(m => m.Proxy - m.OwnGold)];
        var common = Explained(moves, gaps);
        // Far moves count more, by their square.
        double[] far = [.. gaps.Select(gap => (gap - common) * Math.Abs(gap - common))];
        var (seen, asFar) = (far.Sum(), 1);
        for (var round = 0; round < settings.Resamples; round++)
        {
            var flipped = 0.0;
            foreach (var move in far)
            {
                flipped += draws.Below(2) == 0 ? move : -move;
            }

            asFar += flipped >= seen - 1e-9 ? 1 : 0;
        }

        return asFar / (settings.Resamples + 1.0);
    }

    // What all units moved by because there is more to do: no more than gold says, no more than the middle one moved. Both are
    // known from few cases only, and get an error of their own for granted.
    private static double Explained(IReadOnlyList<UnitMove> moves, double[] gaps)
    {
        var root = Math.Sqrt(gaps.Length);
        var middle = Middle(gaps);
        var middleError = MedianError * NormalPerDeviation * Middle([.. gaps.Select(gap => Math.Abs(gap - middle))]) / root;
        var gold = moves.Average(m => m.Gold);
        var goldError = Math.Sqrt(moves.Average(m => m.Gold * m.Gold)) / root;
        var company = Math.Log(Math.Max(LeastGrowth, 1 + gold + goldError)) - moves.Average(m => m.OwnGold);
        return Math.Max(0, Math.Min(company, middle + middleError));
    }

    private static double Middle(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Median(IEnumerable<double> values)
    {
        var some = values.Where(v => v > 0).Order().ToList();
        return some[some.Count / 2];
    }
}
