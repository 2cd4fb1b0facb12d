using Assay.Judgments.Entries;

namespace Assay.Judgments.Drafts;

/// <summary>
/// What an agent may say of a decision. There is no owner, no confidence, no status and no prior view in it: those are a
/// person's, and what is not here cannot be forged.
/// </summary>
public sealed record AgentDraft(DecisionText Text)
{
    public JudgmentStage? Stage { get; init; }

    public string? Tool { get; init; }

    public string? Model { get; init; }

    public string? Session { get; init; }

    public IReadOnlyList<Response> RespondsTo { get; init; } = [];

    public IReadOnlyList<Guid> Supersedes { get; init; } = [];

    public IReadOnlyList<string> Affects { get; init; } = [];

    public IReadOnlyList<string> Refs { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>
    /// The entry, always proposed; null and a fault if it would not be one. What was written is read again and compared, so
    /// that no text in it can become a field or a section of its own.
    /// </summary>
    public Judgment? ToEntry(DateTimeOffset now, Guid id, out string? fault)
    {
        var entry = new Judgment
        {
            Id = id,
            Title = string.Join(' ', Text.Title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.'),
            Status = JudgmentStatus.Proposed,
            Stage = Stage ?? Text.DefaultStage(),
            DecidedAt = now,
            Ai = new AiPart(
                Text.Relation == AiRelation.None ? AiRole.Drafted : AiRole.Proposed,
                Text.Relation,
                Tool,
                Model,
                Session is null ? [] : [Session]),
            RespondsTo = RespondsTo,
            Supersedes = Supersedes,
            Affects = Affects,
            Refs = Refs,
            Tags = Tags,
            Sections = Text.Sections(),
        };
        fault = FaultIn(entry);
        return fault is null ? entry : null;
    }

    private static string? FaultIn(Judgment entry)
    {
        var read = JudgmentReader.Read(System.Text.Encoding.UTF8.GetBytes(JudgmentWriter.Write(entry)));
        if (read.Entry is not { } back)
        {
            return string.Join(' ', read.Faults.Select(f => f.Message));
        }

        var isTheSame = back is { Status: JudgmentStatus.Proposed, Owner: null, Confidence: null, Prior: null, Result: null, Origin: null }
            && back.Extensions.Count == 0
            && back.Sections.Select(s => s.Heading).SequenceEqual(entry.Sections.Select(s => s.Heading), StringComparer.Ordinal);
        return isTheSame ? null : "A text holds a heading of the second level (##), which would be a section of its own: remove it.";
    }
}
