using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>What became of a request for more.</summary>
internal enum BudgetRequestState : byte
{
    Open,
    Granted,

    /// <summary>Granted, but less than was asked for.</summary>
    Partly,

    /// <summary>Another budget lends it, or a part of it.</summary>
    Lent,
    Declined,
    Withdrawn,

    /// <summary>Its time passed, or its budget was removed, before anybody decided.</summary>
    Expired,
}

/// <summary>Somebody's request for more of a budget, and what was decided.</summary>
/// <param name="Id"><c>rq_</c> and a UUIDv7.</param>
/// <param name="AskedBy">A person's id.</param>
/// <param name="Amount">In the unit; above zero.</param>
/// <param name="Unit">The budget's, which may be removed before the request is read.</param>
/// <param name="UntilMs">Until when it is needed, in Unix milliseconds; null if the asker did not say.</param>
internal sealed record BudgetRequest(
    string Id, string BudgetId, string AskedBy, long AskedAtMs, long Amount, BudgetUnit Unit, string Reason, long? UntilMs)
{
    public const int ReasonLengthMax = 2000;

    public const int JudgmentLengthMax = 200;

    public BudgetRequestState State { get; init; }

    /// <summary>A person's id; whoever withdrew it counts as well.</summary>
    public string? DecidedBy { get; init; }

    public long? DecidedAtMs { get; init; }

    public string? DecisionReason { get; init; }

    public long? GrantedAmount { get; init; }

    /// <summary>The grant or loan that answers it.</summary>
    public string? GrantId { get; init; }

    /// <summary>Id or address of the judgment that records the decision.</summary>
    public string? Judgment { get; init; }

    /// <summary>An open request whose time has passed is expired, whether or not anybody has written that down.</summary>
    public BudgetRequestState StateAt(long nowMs) =>
        State == BudgetRequestState.Open && UntilMs <= nowMs ? BudgetRequestState.Expired : State;
}
