using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>
/// Whether units that show more of the metric show more of the gold, less so than before (Spearman's rank correlation).
/// Judged by exchanging before and after within units at random.
/// </summary>
internal static class CorrelationLoss
{
    public static AuditFinding? Ask(IReadOnlyList<UnitSums> units, AuditSettings settings, Draws draws)
    {
        UnitSums[] all = [.. units];
        if (Correlations(all) is not { } seen)
        {
            return null;
        }

        var (asFar, rounds) = (1, 1);
        for (var round = 0; round < settings.Resamples; round++)
        {
            for (var i = 0; i < all.Length; i++)
            {
                all[i] = draws.Below(2) == 0
                    ? all[i]
                    : new UnitSums(all[i].ProxyAfter, all[i].ProxyBefore, all[i].GoldAfter, all[i].GoldBefore);
            }

            if (Correlations(all) is { } drawn)
            {
                rounds++;
                asFar += drawn.After - drawn.Before <= seen.After - seen.Before + 1e-12 ? 1 : 0;
            }
        }

        var probability = asFar / (double)rounds;
        return new AuditFinding(
            AuditQuestion.Correlation,
            Math.Tanh(seen.Before),
            Math.Tanh(seen.After),
            Math.Tanh(seen.After) - Math.Tanh(seen.Before),
            null,
            probability,
            probability,
            false);
    }

    // On Fisher's scale, on which a step from 0.9 to 0.8 is more than one from 0.2 to 0.1.
    private static (double Before, double After)? Correlations(UnitSums[] units) =>
        Ranks.Correlation([.. units.Select(u => u.ProxyBefore)], [.. units.Select(u => u.GoldBefore)]) is { } before
        && Ranks.Correlation([.. units.Select(u => u.ProxyAfter)], [.. units.Select(u => u.GoldAfter)]) is { } after
            ? (Fisher(before), Fisher(after))
            : null;

    private static double Fisher(double r) => Math.Atanh(Math.Clamp(r, -0.999, 0.999));
}

/// <summary>Ranks, equal values sharing the mean of theirs.</summary>
internal static class Ranks
{
    public static double? Correlation(double[] first, double[] second)
    {
        var (a, b) = (Of(first), Of(second));
        var mean = (a.Length + 1) / 2.0;
        var (ab, aa, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            ab += (a[i] - mean) * (b[i] - mean);
            aa += (a[i] - mean) * (a[i] - mean);
            bb += (b[i] - mean) * (b[i] - mean);
        }

        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : null;
    }

    private static double[] Of(double[] values)
    {
        var order = new int[values.Length];
        var sorted = (double[])values.Clone();
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        var ranks = new double[values.Length];
        for (var i = 0; i < order.Length;)
        {
            var from = i;
            while (i < order.Length && values[order[i]] == values[order[from]])
            {
                i++;
            }

            for (var j = from; j < i; j++)
            {
                ranks[order[j]] = (from + i + 1) / 2.0;
            }
        }

        return ranks;
    }
}
