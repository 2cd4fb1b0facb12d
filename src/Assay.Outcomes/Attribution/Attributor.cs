namespace Assay.Outcomes.Attribution;

/// <summary>
/// Finds which spend led to which outcome. For each call the best evidence counts, and what cannot be known is said to be
/// unattributed, with a reason; nothing is spread over outcomes to make it vanish.
/// </summary>
public static class Attributor
{
    /// <summary>Attributes calls to outcomes.</summary>
    /// <param name="calls">What was metered.</param>
    /// <param name="anchors">Which session made or saw which commit.</param>
    /// <param name="outcomes">What came of it, abandoned ones included.</param>
    /// <param name="rule">How a session that served several outcomes is divided.</param>
    public static AttributionResult Attribute(
        IReadOnlyList<CallRow> calls,
        IReadOnlyList<AnchorRow> anchors,
        IReadOnlyList<OutcomeRow> outcomes,
        SplitRule rule = SplitRule.NextAnchor)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(anchors);
        ArgumentNullException.ThrowIfNull(outcomes);
        var evidence = new CallEvidence(anchors, outcomes);
        var tally = new AttributionTally(rule, outcomes.Count, calls.Count);
        for (var i = 0; i < calls.Count; i++)
        {
            evidence.Find(calls[i]);
            tally.Add(i, calls[i], evidence);
        }

        return tally.Result();
    }
}
