using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>
/// Whether the metric grows faster than its gold, in most units: for each the growth of one over the growth of the other,
/// on the scale of logarithms, so that no single unit decides. Growth of both, as of a company that hires, cancels out.
/// Judged by exchanging before and after within units at random: where nothing changed, that makes no difference.
/// </summary>
internal static class Decoupling
{
    // Added to all sums, in parts of their median: units that do nothing for a week have no logarithm.
    private const double Floor = 0.5;

    public static AuditFinding? Ask(IReadOnlyList<UnitSums> units, AuditSettings settings, Draws draws)
    {
        var sum = units.Aggregate(default(UnitSums), (s, u) => new UnitSums(
            s.ProxyBefore + u.ProxyBefore, s.ProxyAfter + u.ProxyAfter, s.GoldBefore + u.GoldBefore, s.GoldAfter + u.GoldAfter));
        if (sum.ProxyBefore <= 0 || sum.ProxyAfter <= 0 || sum.GoldBefore <= 0 || sum.GoldAfter <= 0)
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
        // Those who work for the metric move far, most do not move: far moves count more, by their square.
        double[] moves = [.. gaps.Select(g => g * Math.Abs(g))];
        var (seen, asFar) = (moves.Sum(), 1);
        for (var round = 0; round < settings.Resamples; round++)
        {
            var flipped = 0.0;
            foreach (var move in moves)
            {
                flipped += draws.Below(2) == 0 ? move : -move;
            }

            asFar += flipped >= seen - 1e-9 ? 1 : 0;
        }

        // Only a metric that itself grows is one that people work for.
        var probability = sum.ProxyAfter <= sum.ProxyBefore ? 1 : asFar / (settings.Resamples + 1.0);
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

    private static double Median(IEnumerable<double> values)
    {
        var some = values.Where(v => v > 0).Order().ToList();
        return some[some.Count / 2];
    }
}
