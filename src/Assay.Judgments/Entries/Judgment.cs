using Assay.Judgments.Yaml;

namespace Assay.Judgments.Entries;

/// <summary>One recorded decision, as docs/judgment-format.md describes it.</summary>
public sealed record Judgment
{
    public required Guid Id { get; init; }

    public required string Title { get; init; }

    public string? Summary { get; init; }

    public required JudgmentStatus Status { get; init; }

    public required JudgmentStage Stage { get; init; }

    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>The one person who answers for it: an e-mail address or a handle.</summary>
    public string? Owner { get; init; }

    /// <summary>0 to 100, at the moment of the decision.</summary>
    public int? Confidence { get; init; }

    public AiPart Ai { get; init; } = AiPart.None;

    public IReadOnlyList<Response> RespondsTo { get; init; } = [];

    public IReadOnlyList<Guid> Supersedes { get; init; } = [];

    /// <summary>Patterns of paths, from the root of the repository.</summary>
    public IReadOnlyList<string> Affects { get; init; } = [];

    public IReadOnlyList<string> Refs { get; init; } = [];

    public Reversibility? Reversibility { get; init; }

    /// <summary>What it had to be decided for by, so that pressure can be seen later.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public DateOnly? ReviewBy { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public PriorView? Prior { get; init; }

    /// <summary>The entry that this one looks back at; only with <see cref="JudgmentStage.Review"/>.</summary>
    public Guid? Reviews { get; init; }

    public ReviewResult? Result { get; init; }

    public IReadOnlyList<string> Evidence { get; init; } = [];

    public OriginPart? Origin { get; init; }

    /// <summary>Fields that begin with <c>x_</c>, kept as they are.</summary>
    public IReadOnlyList<YamlField> Extensions { get; init; } = [];

    public IReadOnlyList<Section> Sections { get; init; } = [];

    /// <summary>The text of the section, or an empty text.</summary>
    public string Text(string heading)
    {
        foreach (var section in Sections)
        {
            if (section.Heading.Equals(heading, StringComparison.OrdinalIgnoreCase))
            {
                return section.Text;
            }
        }

        return "";
    }

    /// <summary>What the human chose, where it is said apart from the decision.</summary>
    public string Chosen => Text(SectionNames.Chosen) is { Length: > 0 } chosen ? chosen : Text(SectionNames.Decision);

    public IReadOnlyList<RejectedOption> Rejected => RejectedOptions.Read(Text(SectionNames.Rejected));

    public bool IsReview => Stage == JudgmentStage.Review;
}

/// <param name="Role">What an AI had to do with it.</param>
/// <param name="Relation">What the human did with what it proposed.</param>
/// <param name="Tool">The program, as <c>claude-code</c>.</param>
/// <param name="Model">The model.</param>
/// <param name="Sessions">The conversations, which join the entry to spend.</param>
public sealed record AiPart(AiRole Role, AiRelation Relation, string? Tool, string? Model, IReadOnlyList<string> Sessions)
{
    public static AiPart None { get; } = new(AiRole.None, AiRelation.None, null, null, []);

    /// <summary>No AI took part, and nothing else is said: then the field is left out.</summary>
    public bool IsNone => Role == AiRole.None && Relation == AiRelation.None && Tool is null && Model is null && Sessions.Count == 0;
}

/// <summary>The entry that this one answers, and in one sentence why.</summary>
public sealed record Response(Guid Id, string Because);

/// <summary>What the owner thought before they asked an AI.</summary>
public sealed record PriorView(string Choice, int? Confidence, DateTimeOffset? RecordedAt);

/// <summary>What an imported entry was made from.</summary>
public sealed record OriginPart(string Format, string? Ref);

/// <param name="Heading">Without <c>##</c>; empty for the text before the first heading.</param>
/// <param name="Text">Without blank lines at its ends.</param>
/// <param name="Line">The line of the heading.</param>
public sealed record Section(string Heading, string Text, int Line = 0);

/// <summary>The headings that have a meaning. Others are allowed and kept.</summary>
public static class SectionNames
{
    public const string Context = "Context";
    public const string Decision = "Decision";
    public const string Proposed = "What the AI proposed";
    public const string Chosen = "What I chose";
    public const string Rejected = "Rejected, and why";
    public const string Tradeoff = "Tradeoff accepted";
    public const string ChangeOfMind = "What would change my mind";
    public const string WhatHappened = "What happened";
}
