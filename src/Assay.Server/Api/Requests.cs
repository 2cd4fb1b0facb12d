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
    [Description("org, team:ID, person:EMAIL, key:ID or use:NAME.")]
    public string? Scope { get; init; }

    [Required]
    [Description("day, week, month or total.")]
    public string? Window { get; init; }

    [Description("usd or tokens; usd if absent.")]
    public string? Unit { get; init; }

    [Required]
    [Description("A decimal string: US dollars such as \"25.00\", or whole tokens such as \"1000000\".")]
    public string? Limit { get; init; }

    [Description("block, warn or reroute; block if absent.")]
    public string? AtLimit { get; init; }

    [Description("Where calls go at the limit, such as metacode/qwen3-coder; only with reroute.")]
    public string? RerouteTo { get; init; }
}

/// <summary>What to change of a budget; what is absent stays.</summary>
public sealed record ChangeBudget
{
    [Description("The new limit, in the budget's unit.")]
    public string? Limit { get; init; }

    [Description("block, warn or reroute.")]
    public string? AtLimit { get; init; }

    [Description("Where calls go at the limit; only with reroute.")]
    public string? RerouteTo { get; init; }
}
