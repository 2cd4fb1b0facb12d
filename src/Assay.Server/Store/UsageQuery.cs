using System.Runtime.InteropServices;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>What usage can be grouped by.</summary>
internal enum UsageDimension : byte
{
    Person,
    Agent,
    Team,
    Key,
    UseCase,
    Provider,
    Model,

    /// <summary>The day in the org's time zone, as in <c>2026-08-21</c>.</summary>
    Day,

    /// <summary>The start of the hour in the org's time zone, as in <c>2026-08-21T14:00:00+02:00</c>.</summary>
    Hour,

    /// <summary>Only within the retention of single attempts, as are the two below.</summary>
    Session,
    Client,
    RequestedModel,
}

/// <summary>How finely sums tell tokens apart.</summary>
internal enum UsageDetail : byte
{
    /// <summary>Each class by itself.</summary>
    Classes,

    /// <summary>
    /// Uncached input, cache reads, cache writes, output and reasoning, each of all modalities and lifetimes; units that are not
    /// tokens are left out. Such rows cost half as much to read, which counts where they are thousands.
    /// </summary>
    Kinds,
}

/// <summary>
/// Which attempts to look at. Null means any; empty means those for which it is unknown. Values are ids as in
/// <see cref="UsageEvent"/>.
/// </summary>
internal sealed record UsageFilter
{
    public static readonly UsageFilter None = new();

    public string? PersonId { get; init; }

    public string? AgentId { get; init; }

    public string? TeamId { get; init; }

    /// <summary>With <see cref="TeamId"/>: also the teams below it, as the tree is now.</summary>
    public bool WithSubteams { get; init; }

    public string? KeyId { get; init; }

    public string? UseCase { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    /// <summary>Only within the retention of single attempts, as are the two below.</summary>
    public string? Session { get; init; }

    public string? Client { get; init; }

    public string? RequestedModel { get; init; }

    /// <summary>Whether rollups do not suffice.</summary>
    internal bool NeedsAttempts => Session is not null || Client is not null || RequestedModel is not null;
}

/// <summary>A question for sums over attempts that started at or after <see cref="From"/> and before <see cref="To"/>.</summary>
internal sealed record UsageQuery(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<UsageDimension> Group)
{
    /// <summary>The most rows that any query returns.</summary>
    public const int LimitMax = 100_000;

    public UsageFilter Filter { get; init; } = UsageFilter.None;

    public UsageDetail Detail { get; init; } = UsageDetail.Classes;

    /// <summary>At most so many rows: in time order when grouped by time, and the costliest first.</summary>
    public int Limit { get; init; } = 10_000;

    /// <summary>The limit as it is kept.</summary>
    internal int RowsMax => Math.Clamp(Limit, 1, LimitMax);
}

/// <summary>One group and its sums.</summary>
/// <param name="Group">The group's values in the order of the query's dimensions.</param>
/// <param name="Requests">Settled attempts, also those that failed or were voided.</param>
/// <param name="Counts">Sums by class; with <see cref="UsageDetail.Kinds"/> each kind's sum stands in its first class.</param>
/// <param name="EstimatedCost">The part of the cost that comes from attempts with an estimated count.</param>
/// <param name="Estimated">Attempts with an estimated count.</param>
/// <param name="Unpriced">Attempts whose cost leaves out a class without a price.</param>
/// <param name="Errors">Attempts that neither completed nor were left by the client.</param>
internal sealed record UsageRow(
    IReadOnlyList<string> Group,
    long Requests,
    UsageCounts Counts,
    NanoUsd Cost,
    NanoUsd EstimatedCost,
    long Estimated,
    long Unpriced,
    long Errors)
{
    public long InputTokens => Counts.UncachedInputTokens;

    public long CacheReadTokens => Counts.CacheReadTokens;

    public long CacheWriteTokens => Counts.CacheWriteTokens;

    public long OutputTokens => Counts.TotalOutputTokens;

    public long ReasoningTokens => Counts[UsageClass.Reasoning];
}

/// <summary>The place in the newest-first order after which the next page begins.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RequestCursor(long StartedAtMs, Guid Id);

/// <summary>A question for single attempts, newest first.</summary>
internal sealed record RequestQuery
{
    public const int LimitMax = 1000;

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public UsageFilter Filter { get; init; } = UsageFilter.None;

    public CallOutcome? Outcome { get; init; }

    public int? Status { get; init; }

    /// <summary>The call as the client knows it.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>The last attempt of the page before.</summary>
    public RequestCursor? After { get; init; }

    public int Limit { get; init; } = 100;
}

/// <summary>A question for agent conversations.</summary>
internal sealed record SessionQuery(DateTimeOffset From, DateTimeOffset To)
{
    public UsageFilter Filter { get; init; } = UsageFilter.None;

    public int Limit { get; init; } = 100;
}

/// <summary>One agent conversation of one person.</summary>
internal sealed record SessionRow(
    string Session,
    string PersonId,
    string Client,
    long Requests,
    UsageCounts Counts,
    NanoUsd Cost,
    long FirstAtMs,
    long LastAtMs);

/// <summary>One account's balance: what was debited less what was credited.</summary>
internal sealed record Balance(string Account, NanoUsd Amount);

/// <summary>Sums over everything ever applied.</summary>
/// <param name="Requests">Settled attempts.</param>
/// <param name="Expense">The sum of the providers' expense accounts; equal to the cost.</param>
/// <param name="BalanceSum">The sum of all accounts; zero, or the store is broken.</param>
internal sealed record LedgerTotals(
    long Requests,
    UsageCounts Counts,
    NanoUsd Cost,
    NanoUsd EstimatedCost,
    long Estimated,
    long Unpriced,
    long Errors,
    NanoUsd Expense,
    NanoUsd BalanceSum);
