using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>Whether the days of units gather just above the threshold on which something hangs.</summary>
internal static class BunchingShift
{
    public static AuditFinding? Ask(AuditInput input, long baselineFrom, long windowFrom, AuditSettings settings)
    {
        if (input.Threshold is not { } threshold || !(input.ThresholdWidth > 0))
        {
            return null;
        }

        var before = Bunching.At(
            input.Days.Where(d => d.Day >= baselineFrom && d.Day < input.TargetDay).Select(d => d.Proxy), threshold, input.ThresholdWidth);
        var after = Bunching.At(
            input.Days.Where(d => d.Day >= windowFrom && d.Day <= input.LastDay).Select(d => d.Proxy), threshold, input.ThresholdWidth);
        if (after.Seen < settings.UnitsMin)
        {
            return null;
        }

        return new AuditFinding(
            AuditQuestion.Bunching,
            before.Excess ?? 0,
            after.Excess ?? after.Seen,
            (after.Excess ?? after.Seen) - (before.Excess ?? 0),
            null,
            after.Probability,
            after.Probability,
            false);
    }
}
