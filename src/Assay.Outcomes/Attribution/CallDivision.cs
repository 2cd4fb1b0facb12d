namespace Assay.Outcomes.Attribution;

/// <summary>Divides one call among what it may have served.</summary>
internal static class CallDivision
{
    /// <summary>Appends the call's parts by a rule; they sum to what it cost.</summary>
    public static void Divide(SplitRule rule, int position, CallRow call, CallEvidence evidence, List<SpendPart> parts)
    {
        var touches = evidence.Touches;
        if (touches.Length == 0)
        {
            parts.Add(new SpendPart(position, -1, EvidenceTier.Unattributed, evidence.Reason, call.CostNanos));
            return;
        }

        var weights = touches.Length <= 64 ? stackalloc long[touches.Length] : new long[touches.Length];
        var nanos = touches.Length <= 64 ? stackalloc long[touches.Length] : new long[touches.Length];
        var tier = Tier(rule, evidence, call);
        SplitRules.Weigh(rule, touches, call.AtMs, weights);
        LargestRemainder.Split(call.CostNanos, weights, nanos);
        for (var i = 0; i < touches.Length; i++)
        {
            if (weights[i] != 0)
            {
                parts.Add(touches[i].Outcome >= 0
                    ? new SpendPart(position, touches[i].Outcome, tier, UnattributedReason.None, nanos[i])
                    : new SpendPart(position, -1, EvidenceTier.Unattributed, touches[i].Reason, nanos[i]));
            }
        }
    }

    // A call after the session's last commit is not known to have served it: often it began something else.
    private static EvidenceTier Tier(SplitRule rule, CallEvidence evidence, CallRow call) =>
        rule == SplitRule.NextAnchor && evidence.Tier == EvidenceTier.Proved && SplitRules.Next(evidence.Touches, call.AtMs) is null
            ? EvidenceTier.Inferred
            : evidence.Tier;
}
