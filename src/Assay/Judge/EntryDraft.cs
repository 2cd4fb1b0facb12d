using Assay.Judgments.Drafts;
using Assay.Judgments.Entries;

namespace Assay.Judge;

/// <summary>What a person said about a decision, on the command line or in the form, before it is an entry.</summary>
internal sealed record EntryDraft
{
    public required string Title { get; init; }

    public string? Decision { get; init; }

    public string? Because { get; init; }

    public AiRelation Relation { get; init; }

    /// <summary>What the AI proposed.</summary>
    public string? Proposed { get; init; }

    public IReadOnlyList<string> Rejected { get; init; } = [];

    public string? Tradeoff { get; init; }

    public string? ChangeOfMind { get; init; }

    public int? Confidence { get; init; }

    public JudgmentStage? Stage { get; init; }

    public IReadOnlyList<Response> RespondsTo { get; init; } = [];

    public IReadOnlyList<Guid> Supersedes { get; init; } = [];

    public IReadOnlyList<string> Affects { get; init; } = [];

    public IReadOnlyList<string> Refs { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    public DateOnly? ReviewBy { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public bool IsOneWay { get; init; }

    public PriorView? Prior { get; init; }

    /// <summary>Asked for a draft, which somebody accepts later.</summary>
    public bool IsDraft { get; init; }

    /// <summary>The entry. It is accepted if a person decided it and said how sure they are; otherwise it is proposed.</summary>
    public Judgment ToEntry(Surroundings around, DateTimeOffset now, Guid id)
    {
        var isAccepted = !IsDraft && !around.IsAgent && around.Owner is not null && Confidence is not null;
        return new Judgment
        {
            Id = id,
            Title = Title,
            Status = isAccepted ? JudgmentStatus.Accepted : JudgmentStatus.Proposed,
            Stage = Stage ?? Text().DefaultStage(),
            DecidedAt = now,
            Owner = around.IsAgent ? null : around.Owner,
            Confidence = around.IsAgent ? null : Confidence,
            Ai = around.Ai(Relation),
            RespondsTo = RespondsTo,
            Supersedes = Supersedes,
            Affects = Affects,
            Refs = [.. around.Refs().Concat(Refs).Distinct(StringComparer.Ordinal)],
            Reversibility = IsOneWay ? Reversibility.OneWay : null,
            Deadline = Deadline,
            ReviewBy = ReviewBy,
            Tags = Tags,
            Prior = around.IsAgent ? null : Prior,
            Sections = Text().Sections(),
        };
    }

    private DecisionText Text() => new()
    {
        Title = Title,
        Decision = Decision,
        Because = Because,
        Relation = Relation,
        Proposed = Proposed,
        Rejected = [.. Rejected.Select(RejectedOptions.ReadOne)],
        Tradeoff = Tradeoff,
        ChangeOfMind = ChangeOfMind,
    };
}
