namespace Assay.Outcomes.Attribution;

/// <summary>
/// Attributes calls one after the other, for periods whose calls are too many to be kept: what becomes of a call depends on
/// commits and outcomes, never on other calls. Not thread-safe.
/// </summary>
/// <param name="anchors">Which session made or saw which commit.</param>
/// <param name="outcomes">What came of it, abandoned ones included.</param>
/// <param name="rule">How a session that served several outcomes is divided.</param>
public sealed class CallAttribution(IReadOnlyList<AnchorRow> anchors, IReadOnlyList<OutcomeRow> outcomes, SplitRule rule = SplitRule.NextAnchor)
{
    private readonly CallEvidence _evidence = new(anchors, outcomes);
    private readonly List<SpendPart> _parts = [];

    /// <summary>The parts of a call, which sum to what it cost; good until the next is asked for.</summary>
    public IReadOnlyList<SpendPart> Of(CallRow call)
    {
        ArgumentNullException.ThrowIfNull(call);
        _parts.Clear();
        _evidence.Find(call);
        CallDivision.Divide(rule, 0, call, _evidence, _parts);
        return _parts;
    }
}
