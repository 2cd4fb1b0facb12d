namespace Assay.Outcomes.Ladder;

/// <summary>
/// What has become of an outcome: its steps, folded. The fold sorts them by when they happened, so it does not matter in
/// which order, or how often, they were told.
/// </summary>
public sealed record OutcomeState
{
    private const long DayMs = 24L * 60 * 60 * 1000;

    /// <summary>When it was first offered.</summary>
    public long? ProposedMs { get; init; }

    /// <summary>When it was accepted; after a reopening, when it was accepted again.</summary>
    public long? AcceptedMs { get; init; }

    /// <summary>When it first went into production.</summary>
    public long? DeployedMs { get; init; }

    /// <summary>When it was undone; null once it is back.</summary>
    public long? RevertedMs { get; init; }

    /// <summary>When it came back last after it had been undone.</summary>
    public long? RestoredMs { get; init; }

    /// <summary>When it was last reopened or caused an incident; stays when it is accepted again.</summary>
    public long? ReopenedMs { get; init; }

    /// <summary>When it was given up; null once it is offered or accepted again.</summary>
    public long? AbandonedMs { get; init; }

    /// <summary>When somebody last looked whether it held.</summary>
    public long? ReviewedMs { get; init; }

    /// <summary>What they found.</summary>
    public bool? ReviewHeld { get; init; }

    /// <summary>
    /// When its window ends: settled from then on. Null while it is not accepted, and once it broke within its window. What
    /// happens after the window no longer changes it.
    /// </summary>
    public long? SettlesMs { get; init; }

    /// <summary>Whether it has survived its window.</summary>
    public bool IsSettled(long nowMs) => SettlesMs <= nowMs;

    /// <summary>Whether it is accepted and its window still runs: such outcomes stay out of headline rates.</summary>
    public bool IsProvisional(long nowMs) => SettlesMs > nowMs;

    /// <summary>How far it has come by now.</summary>
    public OutcomeRung Rung(long nowMs)
    {
        if (IsSettled(nowMs))
        {
            return ReviewedMs is null ? OutcomeRung.Settled : OutcomeRung.Reviewed;
        }

        if (RevertedMs is not null)
        {
            return OutcomeRung.Reverted;
        }

        if (AcceptedMs is null)
        {
            return AbandonedMs is null ? OutcomeRung.Proposed : OutcomeRung.Abandoned;
        }

        return SettlesMs is null ? OutcomeRung.Reopened
            : DeployedMs is null ? OutcomeRung.Accepted
            : OutcomeRung.Deployed;
    }

    /// <summary>Folds the steps of one outcome.</summary>
    /// <param name="steps">In any order; one that is there twice counts once.</param>
    /// <param name="settleDays">The window of its kind.</param>
    public static OutcomeState Of(IEnumerable<OutcomeStep> steps, int settleDays)
    {
        var state = new OutcomeState();
        foreach (var step in steps.OrderBy(s => s.AtMs).ThenBy(s => s.What))
        {
            state = state.After(step, settleDays * DayMs);
        }

        return state;
    }

    private OutcomeState After(OutcomeStep step, long windowMs)
    {
        var at = step.AtMs;
        var isOver = SettlesMs <= at;
        switch (step.What)
        {
            case OutcomeEvent.Proposed:
                return this with { ProposedMs = ProposedMs ?? at, AbandonedMs = null };
            case OutcomeEvent.Accepted when AcceptedMs is null || (SettlesMs is null && RevertedMs is null):
                return this with { AcceptedMs = at, AbandonedMs = null, SettlesMs = RevertedMs is null ? at + windowMs : null };
            case OutcomeEvent.Deployed when DeployedMs is null:
                // Late deployments do not take back what was settled by acceptance; what is broken stays broken.
                return this with { DeployedMs = at, SettlesMs = isOver || SettlesMs is null ? SettlesMs : at + windowMs };
            case OutcomeEvent.Held:
                return this with { ReviewedMs = at, ReviewHeld = true };
            case OutcomeEvent.Failed:
                return this with { ReviewedMs = at, ReviewHeld = false };
            case OutcomeEvent.Abandoned when AcceptedMs is null:
                return this with { AbandonedMs = at };
            case OutcomeEvent.Reopened or OutcomeEvent.Incident when AcceptedMs is not null:
                return this with { ReopenedMs = at, SettlesMs = isOver ? SettlesMs : null };
            case OutcomeEvent.Reverted:
                return this with { RevertedMs = RevertedMs ?? at, SettlesMs = isOver ? SettlesMs : null };
            case OutcomeEvent.Restored when RevertedMs is not null:
                return this with { RevertedMs = null, RestoredMs = at, SettlesMs = isOver || AcceptedMs is null ? SettlesMs : at + windowMs };
            default:
                return this;
        }
    }
}
