using Assay.Outcomes.Ladder;
using Assay.Outcomes.Measures;
using Assay.Outcomes.Reverts;

namespace Assay.Server.Outcomes;

/// <summary>What one delivery tells: taken as a whole or not at all.</summary>
internal sealed record OutcomeBatch
{
    /// <summary>What makes a delivery that comes again known, each by itself; empty where the steps alone must.</summary>
    public IReadOnlyList<DeliveryId> Deliveries { get; init; } = [];

    public IReadOnlyList<OutcomeReport> Outcomes { get; init; } = [];

    public IReadOnlyList<Deployment> Deployments { get; init; } = [];

    /// <summary>Commits of a default branch that undo something.</summary>
    public IReadOnlyList<RevertCommit> Reverts { get; init; } = [];

    /// <summary>Commits pushed to other branches, for the outcomes that come from them.</summary>
    public IReadOnlyList<BranchCommit> BranchCommits { get; init; } = [];

    public IReadOnlyList<Anchor> Anchors { get; init; } = [];

    public bool IsEmpty => Outcomes.Count == 0 && Deployments.Count == 0 && Reverts.Count == 0 && BranchCommits.Count == 0 && Anchors.Count == 0;
}

internal sealed record BranchCommit(string Repo, string Branch, string Sha, long AtMs);

internal sealed record DeliveryId(string Source, string Id);

/// <summary>What a source says of one outcome. What it does not say is null and stays as it is.</summary>
internal sealed record OutcomeReport
{
    public required string Kind { get; init; }

    public required string Source { get; init; }

    public required string Ref { get; init; }

    /// <summary>As of when it says so: older facts do not replace newer ones.</summary>
    public required long FactsMs { get; init; }

    public string? Title { get; init; }

    public string? Url { get; init; }

    public string? Repo { get; init; }

    public string? Branch { get; init; }

    public string? BaseBranch { get; init; }

    public string? Author { get; init; }

    public string? PersonId { get; init; }

    /// <summary>The team; that of the person where it is null.</summary>
    public string? TeamId { get; init; }

    /// <summary>The team if the author is nobody of the directory.</summary>
    public string? TeamOtherwise { get; init; }

    public string? UseCase { get; init; }

    public long? Value { get; init; }

    public long? LinesAdded { get; init; }

    public long? LinesRemoved { get; init; }

    /// <summary>What a scan of its repository counted.</summary>
    public CountedLines? CountedLines { get; init; }

    public IReadOnlyList<string>? WorkRefs { get; init; }

    public int SettleDays { get; init; } = OutcomeKind.SettleDaysDefault;

    /// <summary>Commits that belong to it, added to those known.</summary>
    public IReadOnlyList<string> Commits { get; init; } = [];

    public IReadOnlyList<OutcomeStep> Steps { get; init; } = [];

    /// <summary>What it undoes once it is accepted.</summary>
    public IReadOnlyList<RevertClaim> Reverts { get; init; } = [];
}

/// <summary>A commit that says that it undoes something.</summary>
internal sealed record RevertCommit(string Repo, string Sha, long AtMs, IReadOnlyList<RevertClaim> Claims);
