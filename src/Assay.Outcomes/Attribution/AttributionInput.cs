namespace Assay.Outcomes.Attribution;

/// <summary>A metered call, or the sum of calls that agree in all but time and cost.</summary>
public sealed record CallRow
{
    /// <summary>What the caller knows it by.</summary>
    public required string Id { get; init; }

    /// <summary>The session, where the client named one.</summary>
    public string? Session { get; init; }

    /// <summary>Who called.</summary>
    public required string Person { get; init; }

    /// <summary>What for.</summary>
    public string? UseCase { get; init; }

    /// <summary>The ticket, branch or pull request that the call says it serves.</summary>
    public string? WorkRef { get; init; }

    /// <summary>When, in Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>What it cost, in nano-dollars.</summary>
    public required long CostNanos { get; init; }

    /// <summary>Whether its model has a price.</summary>
    public bool IsPriced { get; init; } = true;

    /// <summary>Whether its person or key is kept out of attribution.</summary>
    public bool IsOptedOut { get; init; }
}

/// <summary>A commit that is connected with a session.</summary>
public sealed record AnchorRow
{
    /// <summary>The session.</summary>
    public required string Session { get; init; }

    /// <summary>The repository; empty where that is not known, as of telemetry.</summary>
    public required string Repo { get; init; }

    /// <summary>The commit's full name; empty where only the repository is known.</summary>
    public required string Commit { get; init; }

    /// <summary>When, in Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>How many lines of the commit are the session's; 0 where that is not known.</summary>
    public long Lines { get; init; }

    /// <summary>
    /// Whether the session made the commit (telemetry, trailer, note), which proves; or was only seen on it (a client's
    /// header), which locates.
    /// </summary>
    public bool IsMade { get; init; } = true;
}

/// <summary>An outcome, as far as attribution needs it. Abandoned ones belong here, too: they cost.</summary>
public sealed record OutcomeRow
{
    /// <summary>What the caller knows it by.</summary>
    public required string Id { get; init; }

    /// <summary>The repository, for code.</summary>
    public string? Repo { get; init; }

    /// <summary>All its commits, with what it became on the way (squash, merge, head).</summary>
    public IReadOnlyCollection<string> Commits { get; init; } = [];

    /// <summary>Its branch.</summary>
    public string? Branch { get; init; }

    /// <summary>What else names it: tickets, <c>acme/web#87</c>. Compared without regard to case.</summary>
    public IReadOnlyCollection<string> WorkRefs { get; init; } = [];

    /// <summary>Whose it is.</summary>
    public string? Author { get; init; }

    /// <summary>When it was accepted or given up, in Unix milliseconds: what is only inferred goes to the next one.</summary>
    public required long AtMs { get; init; }

    /// <summary>From when on calls can have served it; usually three weeks before it was accepted.</summary>
    public required long FromMs { get; init; }

    /// <summary>Until when; usually two days after.</summary>
    public required long UntilMs { get; init; }

    /// <summary>How many lines it changed.</summary>
    public long Lines { get; init; }
}
