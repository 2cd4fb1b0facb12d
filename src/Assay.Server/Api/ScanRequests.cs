using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Api;

/// <summary>What <c>assay outcomes scan</c> found in a repository.</summary>
public sealed record ReportScan
{
    [Required]
    [Description("The repository, as in acme/web.")]
    public string? Repository { get; init; }

    [Description("Changes that its default branch accepted; at most 500.")]
    public IReadOnlyList<ScannedChange?>? Changes { get; init; }

    [Description("Commits of the default branch that undo something; at most 500.")]
    public IReadOnlyList<ScannedRevert?>? Reverts { get; init; }

    [Description("Commits and the sessions that made them; at most 2000.")]
    public IReadOnlyList<ScannedAnchor?>? Anchors { get; init; }
}

/// <summary>A merged or squashed change.</summary>
public sealed record ScannedChange
{
    [Description("acme/web#12 or group/app!12.")]
    public string? Ref { get; init; }

    public string? Title { get; init; }

    public string? Branch { get; init; }

    public string? BaseBranch { get; init; }

    [Description("When it was merged (RFC 3339).")]
    public string? At { get; init; }

    [Description("The e-mail address of its author.")]
    public string? Author { get; init; }

    public IReadOnlyList<string?>? Commits { get; init; }

    [Description("What it says that it undoes.")]
    public IReadOnlyList<ScannedClaim?>? Reverts { get; init; }

    [Description("How many of its lines are still there.")]
    public ScannedLines? Lines { get; init; }
}

/// <summary>How many of the lines that a change added were still there later.</summary>
public sealed record ScannedLines
{
    [Description("From 1 to 10000000.")]
    public long? Added { get; init; }

    [Description("14 days after it was merged; null while that is to come.")]
    public long? Alive14 { get; init; }

    [Description("30 days after it was merged.")]
    public long? Alive30 { get; init; }
}

/// <summary>A commit that undoes something.</summary>
public sealed record ScannedRevert
{
    public string? Commit { get; init; }

    [Description("When it was made (RFC 3339).")]
    public string? At { get; init; }

    public IReadOnlyList<ScannedClaim?>? Claims { get; init; }
}

/// <summary>What is undone, and by which rule that was found.</summary>
public sealed record ScannedClaim
{
    [Description("commit-trailer, host-reference, host-branch, title or inverse-patch.")]
    public string? Rule { get; init; }

    [Description("A commit's hash, a number or reference, or a title.")]
    public string? Target { get; init; }
}

/// <summary>That a session made a commit.</summary>
public sealed record ScannedAnchor
{
    public string? Session { get; init; }

    public string? Commit { get; init; }

    [Description("When it was made (RFC 3339).")]
    public string? At { get; init; }

    [Description("trailer or git-ai.")]
    public string? Evidence { get; init; }

    [Description("How many of its lines the session wrote.")]
    public long? Lines { get; init; }
}
