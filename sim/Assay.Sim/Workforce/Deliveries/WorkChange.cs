namespace Assay.Sim.Workforce.Deliveries;

/// <summary>What a team's work system knows of a change, and what only the simulation knows.</summary>
public sealed class WorkChange
{
    /// <summary>The position in <see cref="DeliveryBook.Changes"/>.</summary>
    public required int Id { get; init; }

    /// <summary>Whose, as an index into <see cref="WorkCompany.People"/>.</summary>
    public required int Person { get; init; }

    /// <summary>The repository; null for work outside code, which has a ticket only.</summary>
    public string? Repo { get; init; }

    /// <summary>The branch.</summary>
    public string? Branch { get; init; }

    /// <summary>The ticket; several changes may be for one, and what nobody asked for has none.</summary>
    public required string Ticket { get; init; }

    /// <summary>When it was proposed; none when it never was.</summary>
    public long? ProposedMs { get; set; }

    /// <summary>When it was accepted.</summary>
    public long? AcceptedMs { get; set; }

    /// <summary>When it was given up.</summary>
    public long? AbandonedMs { get; set; }

    /// <summary>When it was taken back.</summary>
    public long? RevertedMs { get; set; }

    /// <summary>When it was opened again.</summary>
    public long? ReopenedMs { get; set; }

    /// <summary>How many lines it changes.</summary>
    public int Lines { get; set; }

    /// <summary>The commits that its work system reports; some are lost when branches are squashed.</summary>
    public ICollection<string> Commits { get; } = [];

    /// <summary>Truth: what it is worth to those it is for; 1 on average, near 0 when it is made for the count.</summary>
    public double Value { get; set; }

    /// <summary>Truth: whether it was made or cut so that there are more of them.</summary>
    public bool IsForCount { get; init; }

    /// <summary>Whether the work system tells anybody of it.</summary>
    public bool IsReported => ProposedMs is not null;
}

/// <summary>How a commit that was made or seen in a session left a trace.</summary>
public enum CommitTrace
{
    /// <summary>The session made it, and said so.</summary>
    Made,

    /// <summary>The session's client only named the commit that it stood on.</summary>
    Seen,
}

/// <summary>A commit that is connected with a session.</summary>
/// <param name="Session">The session.</param>
/// <param name="Repo">The repository.</param>
/// <param name="Name">The commit; empty when only the repository is known.</param>
/// <param name="AtMs">When.</param>
/// <param name="Lines">How many lines the session wrote of it; 0 when that was not recorded.</param>
/// <param name="Trace">How it is known.</param>
public sealed record WorkCommit(ulong Session, string Repo, string Name, long AtMs, int Lines, CommitTrace Trace);

/// <summary>A call with what its headers say, and the truth.</summary>
/// <param name="Call">The call.</param>
/// <param name="HasSession">Whether the client names the session.</param>
/// <param name="WorkRef">What the call says it is for.</param>
/// <param name="Change">Truth: what it served, as a position; -1 for nothing that came to be.</param>
public readonly record struct ServedCall(WorkCall Call, bool HasSession, string? WorkRef, int Change);

/// <summary>All that came of a company's calls.</summary>
/// <param name="Calls">The calls, by person and session.</param>
/// <param name="Commits">The traces of commits.</param>
/// <param name="Changes">The changes, unreported and unfinished ones included.</param>
public sealed record DeliveryBook(IReadOnlyList<ServedCall> Calls, IReadOnlyList<WorkCommit> Commits, IReadOnlyList<WorkChange> Changes);

/// <summary>How people work towards changes.</summary>
public sealed record DeliveryOptions
{
    /// <summary>The seed that everything derives from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>From which day on the number of accepted changes is a target; negative for never.</summary>
    public int TargetFrom { get; init; } = -1;

    /// <summary>Which part of the people cuts and pads changes for the target, sooner or later.</summary>
    public double Gaming { get; init; } = 0.3;

    /// <summary>How many days the company is watched.</summary>
    public required int Days { get; init; }
}
