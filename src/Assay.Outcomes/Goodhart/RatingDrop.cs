using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>Whether those who rate samples without knowing whose they are think less of them than before (by shuffling which are which).</summary>
internal static class RatingDrop
{
    public static AuditFinding? Ask(AuditInput input, long baselineFrom, long windowFrom, AuditSettings settings, Draws draws)
    {
        double[] before = [.. input.Ratings.Where(r => r.Day >= baselineFrom && r.Day < input.TargetDay).Select(r => r.Score)];
        double[] after = [.. input.Ratings.Where(r => r.Day >= windowFrom && r.Day <= input.LastDay).Select(r => r.Score)];
        if (before.Length < settings.RatingsMin || after.Length < settings.RatingsMin)
        {
            return null;
        }

        double[] all = [.. after, .. before];
        var total = all.Sum();
        var observed = Gap(all, after.Length, total);
        var asLow = 1;
        for (var round = 0; round < settings.Resamples; round++)
        {
            for (var i = 0; i < after.Length; i++)
            {
                var j = i + draws.Below(all.Length - i);
                (all[i], all[j]) = (all[j], all[i]);
            }

            asLow += Gap(all, after.Length, total) <= observed + 1e-12 ? 1 : 0;
        }

        var probability = asLow / (settings.Resamples + 1.0);
        var width = Normal.TwoSided(1 - settings.Confidence) * Math.Sqrt(Variance(before) + Variance(after));
        return new AuditFinding(
            AuditQuestion.Ratings,
            before.Average(),
            after.Average(),
            observed,
            new Interval(observed - width, observed + width),
            probability,
            probability,
            false);
    }

    // The mean of the first ones less that of the rest.
    private static double Gap(double[] all, int first, double total)
    {
        var sum = 0.0;
        for (var i = 0; i < first; i++)
        {
            sum += all[i];
        }

        return (sum / first) - ((total - sum) / (all.Length - first));
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1.0) / values.Length;
    }
}
