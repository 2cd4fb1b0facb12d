using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>
/// Whether the things that are counted have other sizes than before: the distance of Kolmogorov and Smirnov, judged by
/// shuffling before and after within each unit. So it does not alarm when units that always made large things make more.
/// </summary>
internal static class SizeShift
{
    private const int ItemsMin = 20;
    private const int ItemsMax = 2000;

    public static AuditFinding? Ask(AuditInput input, long baselineFrom, long windowFrom, AuditSettings settings, Draws draws)
    {
        // In the order of size, each with its unit and whether it is from before.
        var items = Thin(input.Items
            .Where(i => (i.Day >= baselineFrom && i.Day < input.TargetDay) || (i.Day >= windowFrom && i.Day <= input.LastDay))
            .OrderBy(i => i.Size).ToList());
        var isBefore = items.Select(i => i.Day < input.TargetDay).ToArray();
        var before = isBefore.Count(b => b);
        if (before < ItemsMin || isBefore.Length - before < ItemsMin)
        {
            return null;
        }

        var observed = Distance(items, isBefore, before);
        var strata = items.Index().GroupBy(i => i.Item.Unit, StringComparer.Ordinal)
            .Select(g => g.Select(i => i.Index).ToArray()).Where(g => g.Length > 1).ToList();
        var rounds = settings.Resamples;
        var asFar = 1;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var stratum in strata)
            {
                for (var i = stratum.Length - 1; i > 0; i--)
                {
                    var j = draws.Below(i + 1);
                    (isBefore[stratum[i]], isBefore[stratum[j]]) = (isBefore[stratum[j]], isBefore[stratum[i]]);
                }
            }

            asFar += Distance(items, isBefore, before) >= observed - 1e-12 ? 1 : 0;
        }

        var probability = asFar / (rounds + 1.0);
        return new AuditFinding(
            AuditQuestion.SizeShift,
            Median(items, i => i.Day < input.TargetDay),
            Median(items, i => i.Day >= input.TargetDay),
            observed,
            null,
            probability,
            probability,
            false);
    }

    private static double Distance(List<ItemSeen> items, bool[] isBefore, int before)
    {
        var (step, other, at, most) = (1.0 / before, 1.0 / (items.Count - before), 0.0, 0.0);
        for (var i = 0; i < items.Count; i++)
        {
            at += isBefore[i] ? step : -other;
            if (i + 1 == items.Count || items[i + 1].Size != items[i].Size)
            {
                most = Math.Max(most, Math.Abs(at));
            }
        }

        return most;
    }

    // Every n-th by size: the distributions stay, and the shuffles stay quick.
    private static List<ItemSeen> Thin(List<ItemSeen> items)
    {
        var every = (items.Count + ItemsMax - 1) / ItemsMax;
        return every <= 1 ? items : [.. items.Where((_, i) => i % every == 0)];
    }

    private static double Median(List<ItemSeen> sorted, Func<ItemSeen, bool> take)
    {
        var sizes = sorted.Where(take).Select(i => i.Size).ToList();
        return sizes[sizes.Count / 2];
    }
}
