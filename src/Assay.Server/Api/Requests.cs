using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Api;

// [Required] is for the OpenAPI document; the endpoints themselves say what is missing, all at once and in words.

/// <summary>A team to create.</summary>
public sealed record CreateTeam
{
    [Required]
    [Description("1 to 64 lower-case letters, digits, '-', '_' and '.'.")]
    public string? Id { get; init; }

    [Description("The team above; 'org', the root, if absent.")]
    public string? Parent { get; init; }

    [Description("The name shown to people; the id if absent.")]
    public string? Name { get; init; }
}

/// <summary>What to change of a team; what is absent stays.</summary>
public sealed record ChangeTeam
{
    [Description("The new team above.")]
    public string? Parent { get; init; }

    [Description("The new name.")]
    public string? Name { get; init; }

    [Description("off: nothing of what is spent in the team and below it is attributed to outcomes; on: it is.")]
    public string? Attribution { get; init; }
}

/// <summary>A person to create.</summary>
public sealed record CreatePerson
{
    [Required]
    [Description("Unique, without regard to case.")]
    public string? Email { get; init; }

    [Description("The name shown to people; the e-mail address if absent.")]
    public string? Name { get; init; }

    [Description("The team's id; 'org' if absent.")]
    public string? Team { get; init; }

    [Description("employee, manager, finance, auditor or admin; employee if absent.")]
    public string? Role { get; init; }
}

/// <summary>What to change of a person; what is absent stays.</summary>
public sealed record ChangePerson
{
    [Description("The new name.")]
    public string? Name { get; init; }

    [Description("The new team's id.")]
    public string? Team { get; init; }

    [Description("The new role.")]
    public string? Role { get; init; }

    [Description("true refuses the person and all their keys and agents from now on; false lets them in again.")]
    public bool? Disabled { get; init; }

    [Description("off: nothing of what they and their agents spend is attributed to outcomes; on: it is.")]
    public string? Attribution { get; init; }
}

/// <summary>What to change of oneself; what is absent stays.</summary>
public sealed record ChangeMe
{
    [Description("off: nothing of what you and your agents spend is attributed to outcomes; on: it is.")]
    public string? Attribution { get; init; }
}

/// <summary>An agent to create: a service identity for which a person answers.</summary>
public sealed record CreateAgent
{
    [Required]
    [Description("1 to 64 lower-case letters, digits, '-', '_' and '.'.")]
    public string? Id { get; init; }

    [Description("The name shown to people; the id if absent.")]
    public string? Name { get; init; }

    [Required]
    [Description("The e-mail address of the person who answers for the agent.")]
    public string? Owner { get; init; }

    [Description("The team that the agent's spend belongs to; the owner's team if absent.")]
    public string? Team { get; init; }
}

/// <summary>What to change of an agent; what is absent stays.</summary>
public sealed record ChangeAgent
{
    [Description("The new name.")]
    public string? Name { get; init; }

    [Description("The new owner's e-mail address.")]
    public string? Owner { get; init; }

    [Description("The new team's id.")]
    public string? Team { get; init; }

    [Description("true refuses all the agent's keys from now on; false lets them in again.")]
    public bool? Disabled { get; init; }
}

/// <summary>A key to create.</summary>
public sealed record CreateKey
{
    [Required]
    [Description("A person's e-mail address or an agent's id.")]
    public string? Owner { get; init; }

    [Required]
    [Description("A name that tells the owner's keys apart.")]
    public string? Name { get; init; }

    [Description("What the spend is for when a call does not say.")]
    public string? UseCase { get; init; }

    [Description("Model names or patterns such as gpt-* that the key may use; every model if absent or empty.")]
    public IReadOnlyList<string?>? Models { get; init; }

    [Description("Use cases that a call may declare; every one if absent or empty.")]
    public IReadOnlyList<string?>? UseCases { get; init; }

    [Description("RFC 3339; never if absent.")]
    public string? ExpiresAt { get; init; }
}

/// <summary>A budget to create.</summary>
public sealed record CreateBudget
{
    [Required]
    [Description("org, team:ID, person:EMAIL, agent:ID, key:ID, use:NAME, model:PATTERN or provider:NAME.")]
    public string? Scope { get; init; }

    [Required]
    [Description("day, week, month, quarter, total or rolling30d.")]
    public string? Window { get; init; }

    [Description("usd or tokens; usd if absent.")]
    public string? Unit { get; init; }

    [Required]
    [Description("A decimal string: US dollars such as \"25.00\", or whole tokens such as \"1000000\".")]
    public string? Limit { get; init; }

    [Description("block, warn, reroute or throttle; block if absent.")]
    public string? AtLimit { get; init; }

    [Description("Where calls go at the limit, such as metacode/qwen3-coder; only with reroute.")]
    public string? RerouteTo { get; init; }

    [Description("The id of the budget that this one is allocated from, of the same window and unit; none if absent.")]
    public string? ParentId { get; init; }

    [Description("true lets the budgets allocated from this one have more together than it has; false if absent.")]
    public bool? OverAllocation { get; init; }
}

/// <summary>What to change of a budget; what is absent stays.</summary>
public sealed record ChangeBudget
{
    [Description("The new limit, in the budget's unit.")]
    public string? Limit { get; init; }

    [Description("block, warn, reroute or throttle.")]
    public string? AtLimit { get; init; }

    [Description("Where calls go at the limit; only with reroute.")]
    public string? RerouteTo { get; init; }

    [Description("The id of the budget that it is allocated from; an empty string for none.")]
    public string? ParentId { get; init; }

    [Description("Whether the budgets allocated from it may have more together than it has.")]
    public bool? OverAllocation { get; init; }
}

/// <summary>A request for more of a budget.</summary>
public sealed record CreateBudgetRequest
{
    [Required]
    [Description("The id of the budget.")]
    public string? Budget { get; init; }

    [Required]
    [Description("How much more, in the budget's unit.")]
    public string? Amount { get; init; }

    [Required]
    [Description("What it is for, in at most 2000 characters.")]
    public string? Reason { get; init; }

    [Description("RFC 3339; until when it is needed.")]
    public string? Until { get; init; }
}

/// <summary>The decision about a request.</summary>
public sealed record DecideBudgetRequest
{
    [Required]
    [Description("grant or decline.")]
    public string? Decision { get; init; }

    [Description("How much of it is granted; all if absent.")]
    public string? Amount { get; init; }

    [Description("The id of the budget that lends it; if absent it is granted and nobody has less.")]
    public string? From { get; init; }

    [Description("RFC 3339; when it ends. If absent, what the asker said, or else the end of the budget's window.")]
    public string? Until { get; init; }

    [Description("true grants it although the parent budget has no room for it; it must have an end.")]
    public bool? OverAllocate { get; init; }

    [Description("Why; required to decline. At most 2000 characters.")]
    public string? Reason { get; init; }

    [Description("The id or address of the judgment that records the decision.")]
    public string? Judgment { get; init; }
}

/// <summary>How fast a scope may call. At least one of the three is given; what is absent is not limited.</summary>
public sealed record PutRateLimit
{
    [Required]
    [Description("org, team:ID, person:EMAIL, agent:ID, key:ID, use:NAME, model:PATTERN or provider:NAME.")]
    public string? Scope { get; init; }

    [Description("Calls in a minute.")]
    public long? RequestsPerMinute { get; init; }

    [Description("Tokens in a minute.")]
    public long? TokensPerMinute { get; init; }

    [Description("Calls that may be open at once.")]
    public int? ConcurrentStreams { get; init; }
}

/// <summary>What somebody says to a signal.</summary>
public sealed record AnswerSignal
{
    [Required]
    [Description("planned, expected, mistake or unclear.")]
    public string? Answer { get; init; }

    [Description("A sentence, in at most 500 characters; required with planned, as in: migration, see JIRA-12.")]
    public string? Text { get; init; }
}
