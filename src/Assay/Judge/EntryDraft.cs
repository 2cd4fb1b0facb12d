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
            Stage = Stage ?? DefaultStage(),
            DecidedAt = now,
            Owner = around.IsAgent ? null : around.Owner,
            Confidence = around.IsAgent ? null : Confidence,
            Ai = around.Ai(Relation),
            RespondsTo = RespondsTo,
            Supersedes = Supersedes,
            Affects = Affects,
            Refs = [.. around.Refs().Concat(Refs).Distinct(StringComparer.Ordinal)],
            Reversibility = IsOneWay ? Reversibility.OneWay : null,
            ReviewBy = ReviewBy,
            Tags = Tags,
            Prior = around.IsAgent ? null : Prior,
            Sections = Sections(),
        };
    }

    private JudgmentStage DefaultStage() => Relation == AiRelation.Overrode
        ? JudgmentStage.Override
        : Rejected.Count > 0 || Relation == AiRelation.Modified ? JudgmentStage.Tradeoff : JudgmentStage.Intent;

    private List<Section> Sections()
    {
        var sections = new List<Section>();
        var decision = Sentence(Decision ?? Title);

        // The reason of an override is why the proposal was rejected, and stands there.
        var isReasonOfRejection = Relation == AiRelation.Overrode && Proposed is not null;
        sections.Add(new Section(
            SectionNames.Decision,
            Because is null || isReasonOfRejection ? decision : $"{decision}\n\nBecause {Reason(Because)}"));
        Add(sections, SectionNames.Proposed, Proposed is null ? null : Sentence(Proposed));
        if (Relation is AiRelation.Overrode or AiRelation.Modified)
        {
            sections.Add(new Section(SectionNames.Chosen, Sentence(Title)));
        }

        var rejected = Rejected.Select(RejectedOptions.ReadOne)
            .Select(option => option with { Reason = Sentence(option.Reason) }).ToList();
        if (isReasonOfRejection && Because is not null)
        {
            rejected.Insert(0, new RejectedOption(Proposed!.TrimEnd('.'), Reason(Because)));
        }

        Add(sections, SectionNames.Rejected, rejected.Count > 0 ? RejectedOptions.Write(rejected) : null);
        Add(sections, SectionNames.Tradeoff, Tradeoff);
        Add(sections, SectionNames.ChangeOfMind, ChangeOfMind);
        return sections;
    }

    private static void Add(List<Section> sections, string heading, string? text)
    {
        if (text is { Length: > 0 })
        {
            sections.Add(new Section(heading, text));
        }
    }

    private static string Sentence(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length > 0 && char.IsLetterOrDigit(trimmed[^1]) ? trimmed + "." : trimmed;
    }

    /// <summary>A reason behind "Because": with a full stop, and without a second "because".</summary>
    private static string Reason(string text)
    {
        var reason = text.Trim();
        return Sentence(reason.StartsWith("because ", StringComparison.OrdinalIgnoreCase) ? reason["because ".Length..] : reason);
    }
}
