using Assay.Judgments.Entries;

namespace Assay.Judgments.Drafts;

/// <summary>What somebody said about a decision, before it has the sections of an entry.</summary>
public sealed record DecisionText
{
    public required string Title { get; init; }

    public string? Context { get; init; }

    /// <summary>Null: the title says it.</summary>
    public string? Decision { get; init; }

    public string? Because { get; init; }

    public AiRelation Relation { get; init; }

    /// <summary>What the AI proposed.</summary>
    public string? Proposed { get; init; }

    public IReadOnlyList<RejectedOption> Rejected { get; init; } = [];

    public string? Tradeoff { get; init; }

    public string? ChangeOfMind { get; init; }

    public JudgmentStage DefaultStage() => Relation == AiRelation.Overrode
        ? JudgmentStage.Override
        : Rejected.Count > 0 || Relation == AiRelation.Modified ? JudgmentStage.Tradeoff : JudgmentStage.Intent;

    public IReadOnlyList<Section> Sections()
    {
        var sections = new List<Section>();
        Add(sections, SectionNames.Context, Context);
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

        var rejected = Rejected.Select(option => option with { Reason = Sentence(option.Reason) }).ToList();
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
