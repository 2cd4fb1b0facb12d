using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Api;

/// <summary>A repository to register, or to change.</summary>
public sealed record PutRepository
{
    [Required]
    [Description("As its host calls it: acme/shop.")]
    public string? Name { get; init; }

    [Description("The default branch; main if absent.")]
    public string? Branch { get; init; }

    [Description("The team that may read it, with those below and above; org, for everybody, if absent.")]
    public string? Team { get; init; }

    [Description("Who may push snapshots beside administrators: agent:ci, or a person's e-mail address.")]
    public IReadOnlyList<string?>? Pushers { get; init; }
}

/// <summary>What a repository's default branch is now, as <c>assay judge push</c> tells it.</summary>
public sealed record PushJudgments
{
    [Required]
    public string? Repository { get; init; }

    [Required]
    [Description("The commit of the default branch.")]
    public string? Head { get; init; }

    [Description("Every entry file of that commit.")]
    public IReadOnlyList<PushedEntry?>? Entries { get; init; }

    [Description("Every seal of its first-parent history.")]
    public IReadOnlyList<PushedSeal?>? Seals { get; init; }

    [Description("Sealed entries that the history edited or deleted.")]
    public IReadOnlyList<PushedBreach?>? Breaches { get; init; }

    [Description("Entry files that are no text.")]
    public int? Unreadable { get; init; }
}

/// <summary>One entry file and the commit that brought it.</summary>
public sealed record PushedEntry
{
    public string? Path { get; init; }

    public string? Blob { get; init; }

    public string? Text { get; init; }

    public string? Commit { get; init; }

    public string? CommittedAt { get; init; }

    public string? Author { get; init; }

    public IReadOnlyList<string?>? JudgedBy { get; init; }
}

/// <summary>One seal.</summary>
public sealed record PushedSeal
{
    public string? Id { get; init; }

    public string? Blob { get; init; }

    public string? Commit { get; init; }

    public string? At { get; init; }

    public string? Path { get; init; }
}

/// <summary>One sealed entry that the history edited or deleted.</summary>
public sealed record PushedBreach
{
    public string? Id { get; init; }

    public string? Breach { get; init; }

    public string? Commit { get; init; }

    public string? Path { get; init; }
}
