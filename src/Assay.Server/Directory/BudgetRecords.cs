namespace Assay.Server.Directory;

/// <summary>What a budget or a rate limit limits.</summary>
internal enum BudgetScopeKind : byte
{
    Org,
    Team,
    Person,
    Key,
    UseCase,
    Agent,

    /// <summary>Every call whose model, as asked for or as the provider knows it, matches a pattern.</summary>
    Model,
    Provider,
}

/// <summary>The time over which a budget counts, in the org's time zone.</summary>
internal enum BudgetWindow : byte
{
    Day,
    Week,
    Month,
    Total,
    Quarter,

    /// <summary>The last 30 times 24 hours, moving on by the hour.</summary>
    Rolling30D,
}

/// <summary>What a budget counts.</summary>
internal enum BudgetUnit : byte
{
    Usd,
    Tokens,
}

/// <summary>What happens to a call that a budget has no room for.</summary>
internal enum AtLimit : byte
{
    Block,
    Warn,
    Reroute,
    Throttle,
}

/// <summary>A limit on what a scope may use within a window.</summary>
/// <param name="Limit">In the unit: nano-USD or tokens. Grants and loans come on top.</param>
/// <param name="RerouteTo">The target, as in <c>metacode/qwen3-coder</c>, when <paramref name="AtLimit"/> reroutes.</param>
internal sealed record Budget(
    string Id,
    BudgetScope Scope,
    BudgetWindow Window,
    BudgetUnit Unit,
    long Limit,
    AtLimit AtLimit,
    string? RerouteTo = null)
{
    /// <summary>The budget that this one is allocated from, of the same window and unit; null if it stands alone.</summary>
    public string? ParentId { get; init; }

    /// <summary>Whether the budgets allocated from this one may together have more than it has.</summary>
    public bool OverAllocation { get; init; }
}

/// <summary>
/// An addition to a budget for a time: what the owner of the parent budget granted, or what another budget lends. A loan
/// adds to one budget and takes from the other for the same time.
/// </summary>
/// <param name="Id"><c>gr_</c> and a UUIDv7.</param>
/// <param name="LenderId">The budget that it is taken from; null for a grant.</param>
/// <param name="Amount">In the unit of the budget; above zero.</param>
/// <param name="UntilMs">When it ends, in Unix milliseconds; null for never.</param>
/// <param name="RequestId">The request that it answers; null if nobody asked.</param>
internal sealed record BudgetGrant(
    string Id, string BudgetId, string? LenderId, long Amount, long FromMs, long? UntilMs, string? RequestId)
{
    public bool IsActiveAt(long nowMs) => FromMs <= nowMs && (UntilMs is not { } end || nowMs < end);
}

/// <summary>How fast a scope may call; null for no limit. One for each scope.</summary>
/// <param name="Id"><c>rl_</c> and a UUIDv7.</param>
/// <param name="ConcurrentStreams">How many calls may be open at once.</param>
internal sealed record RateLimit(
    string Id, BudgetScope Scope, long? RequestsPerMinute, long? TokensPerMinute, int? ConcurrentStreams);
