namespace Assay.Outcomes.Ladder;

/// <summary>What can happen to an outcome. The order is the one in which events of the same moment count.</summary>
public enum OutcomeEvent : byte
{
    /// <summary>It was offered, or offered again after it had been given up.</summary>
    Proposed,

    /// <summary>It was accepted, or accepted again after it had come back.</summary>
    Accepted,

    /// <summary>It went into production. Only the first time counts.</summary>
    Deployed,

    /// <summary>Somebody looked at it and says that it held.</summary>
    Held,

    /// <summary>Somebody looked at it and says that it did not hold.</summary>
    Failed,

    /// <summary>It was given up.</summary>
    Abandoned,

    /// <summary>It was reopened after it had been accepted.</summary>
    Reopened,

    /// <summary>It caused an incident.</summary>
    Incident,

    /// <summary>It was undone.</summary>
    Reverted,

    /// <summary>What had undone it was itself undone: it is back.</summary>
    Restored,

    /// <summary>A reviewer approved it. Moves nothing; it tells of the effort of review.</summary>
    Approved,

    /// <summary>A reviewer asked for changes. Moves nothing; it tells of the effort of review.</summary>
    ChangesRequested,
}
