using Assay.Outcomes.Ladder;
using Assay.Outcomes.Measures;
using Assay.Outcomes.Reverts;

namespace Assay.Server.Outcomes;

/// <summary>Something that was offered to the world, and what became of it.</summary>
internal sealed record Outcome
{
    /// <summary>A UUIDv7 without hyphens.</summary>
    public required string Id { get; init; }

    public required string Kind { get; init; }

    /// <summary>Who told of it: <see cref="OutcomeWords.GitHub"/> and its neighbours.</summary>
    public required string Source { get; init; }

    /// <summary>Its name there, as in <c>acme/web#87</c>; once for each source.</summary>
    public required string Ref { get; init; }

    public string Title { get; init; } = "";

    public string Url { get; init; } = "";

    /// <summary>As in <c>acme/web</c>; empty for work outside code.</summary>
    public string Repo { get; init; } = "";

    /// <summary>The branch that it comes from.</summary>
    public string Branch { get; init; } = "";

    /// <summary>By what a call can say that it is for this: tickets, <c>acme/web#87</c>, <c>fix-labels</c>, <c>acme/web@fix-labels</c>.</summary>
    public IEnumerable<string> Names => WorkRefs.Append(Ref).Append(Branch)
        .Append(Repo.Length > 0 && Branch.Length > 0 ? $"{Repo}@{Branch}" : "").Where(name => name.Length > 0);

    /// <summary>The branch that it goes to.</summary>
    public string BaseBranch { get; init; } = "";

    /// <summary>Who made it, as the source calls them.</summary>
    public string Author { get; init; } = "";

    /// <summary>Who made it; empty while the author is nobody of the directory.</summary>
    public string PersonId { get; init; } = "";

    public string TeamId { get; init; } = "";

    public string UseCase { get; init; } = "";

    /// <summary>What it is worth, in billionths of its kind's unit of value; null where nobody said.</summary>
    public long? Value { get; init; }

    public long? LinesAdded { get; init; }

    public long? LinesRemoved { get; init; }

    /// <summary>How many lines were still there later; null where no scan of its repository counted them.</summary>
    public CountedLines? CountedLines { get; init; }

    /// <summary>Tickets and the like that it names.</summary>
    public IReadOnlyList<string> WorkRefs { get; init; } = [];

    public int SettleDays { get; init; } = OutcomeKind.SettleDaysDefault;

    /// <summary>As of when the facts above are.</summary>
    public long FactsMs { get; init; }

    /// <summary>The rule that found its revert; null if it was never undone.</summary>
    public RevertRule? RevertRule { get; init; }

    public OutcomeState State { get; init; } = new();

    /// <summary>When it was accepted, else given up, else offered: the period that it is counted in.</summary>
    public long AtMs => State.AcceptedMs ?? State.AbandonedMs ?? State.ProposedMs ?? FactsMs;
}

/// <summary>That a session made a commit.</summary>
/// <param name="Repo">Empty where only the commit is known.</param>
/// <param name="Evidence">Where it was seen: <c>otel</c>, <c>trailer</c>, <c>git-ai</c> or <c>header</c>.</param>
/// <param name="Lines">How many lines of it the session wrote; null if not known.</param>
internal sealed record Anchor(string Session, string Repo, string Sha, long AtMs, string PersonId, string Evidence, long? Lines);

/// <summary>That a commit went to an environment.</summary>
/// <param name="Ref">Its name at the source, once for each source.</param>
internal sealed record Deployment(
    string Source, string Ref, string Repo, string Sha, string Environment, bool IsProduction, bool IsSuccess, long AtMs);

/// <summary>A step as it is kept.</summary>
internal sealed record KeptStep(OutcomeEvent What, long AtMs, string Evidence, long ToldMs);
