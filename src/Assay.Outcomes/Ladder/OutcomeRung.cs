namespace Assay.Outcomes.Ladder;

/// <summary>How far an outcome has come.</summary>
public enum OutcomeRung : byte
{
    /// <summary>Somebody offers it: a pull request is open, a ticket is filed.</summary>
    Proposed,

    /// <summary>The world took it: merged, resolved, signed. Provisional until its window has passed.</summary>
    Accepted,

    /// <summary>It is in use. Provisional until its window has passed.</summary>
    Deployed,

    /// <summary>It survived its window without a revert, a reopening or an incident.</summary>
    Settled,

    /// <summary>It is settled, and somebody has looked at it since.</summary>
    Reviewed,

    /// <summary>It was given up before anybody accepted it.</summary>
    Abandoned,

    /// <summary>It was undone within its window.</summary>
    Reverted,

    /// <summary>It came back within its window: reopened, or the cause of an incident.</summary>
    Reopened,
}
