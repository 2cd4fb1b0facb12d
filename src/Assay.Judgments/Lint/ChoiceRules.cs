using Assay.Judgments.Entries;

namespace Assay.Judgments.Lint;

/// <summary>JL008, JL009, JL010 and JL020: how sure, against what, and instead of what.</summary>
internal static class ChoiceRules
{
    private const int LowConfidence = 50;
    private const int PlaceholderMax = 60;
    private static readonly string[] s_placeholders = ["", "…", "...", "todo", "tbd", "n/a", "none", "because", "because …", "because ...", "xxx"];

    public static void Check(LintContext context, LogEntry entry, List<Finding> findings)
    {
        var judgment = entry.Judgment;
        var isAccepted = judgment.Status == JudgmentStatus.Accepted;
        if (isAccepted && judgment.Confidence is null && !judgment.IsReview && judgment.Origin is null)
        {
            Linter.Report(findings, "JL008", entry, "status", "It is accepted and has no confidence: say how sure the owner was, 0 to 100.");
        }

        if (isAccepted && judgment.Confidence < LowConfidence && !context.IsSealed(entry))
        {
            Linter.Report(findings, "JL020", entry, "confidence", $"It is accepted with a confidence of {judgment.Confidence}: give it a day of review.");
        }

        CheckRelation(entry, findings);
        CheckRejected(entry, findings);
    }

    private static void CheckRelation(LogEntry entry, List<Finding> findings)
    {
        var judgment = entry.Judgment;
        if (judgment.Ai.Relation != AiRelation.None && judgment.Ai.Role == AiRole.None)
        {
            Linter.Report(findings, "JL009", entry, "ai", $"ai.relation is {judgment.Ai.Relation.Word()}, and ai.role says that no AI took part.");
        }

        if (judgment.Ai.Relation is not (AiRelation.Overrode or AiRelation.Modified))
        {
            return;
        }

        var proposed = Normal(judgment.Text(SectionNames.Proposed));
        if (proposed.Length == 0)
        {
            Linter.Report(findings, "JL009", entry, "ai",
                $"A proposal was {(judgment.Ai.Relation == AiRelation.Overrode ? "overridden" : "modified")}: write it under '## {SectionNames.Proposed}'.");
        }
        else if (proposed == Normal(judgment.Chosen))
        {
            Linter.ReportSection(findings, "JL009", entry, SectionNames.Proposed,
                $"What the AI proposed is what was chosen: then the relation is followed, not {judgment.Ai.Relation.Word()}.");
        }
    }

    private static void CheckRejected(LogEntry entry, List<Finding> findings)
    {
        var judgment = entry.Judgment;
        if (judgment.Stage is JudgmentStage.Signal or JudgmentStage.Review || judgment.Status == JudgmentStatus.Withdrawn
            || judgment.Origin is not null)
        {
            return;
        }

        var rejected = judgment.Rejected;
        if (!rejected.Any(option => !IsPlaceholder(option.Option) && !IsPlaceholder(option.Reason)))
        {
            var message = rejected.Count == 0
                ? $"Nothing was rejected: write '- **Option**: reason' under '## {SectionNames.Rejected}'."
                : "No rejected option has a reason: write '- **Option**: reason'.";
            var section = judgment.Sections.FirstOrDefault(s => s.Heading.Equals(SectionNames.Rejected, StringComparison.OrdinalIgnoreCase));
            var finding = Linter.Report("JL010", entry.Path, (section?.Line ?? 1, 1), message);

            // A draft may still be thought about, and an intent may have had no rival.
            findings.Add(judgment.Status == JudgmentStatus.Proposed || judgment.Stage == JudgmentStage.Intent
                ? finding with { Severity = Severity.Warning }
                : finding);
        }
    }

    public static bool IsPlaceholder(string text)
    {
        if (text.Length > PlaceholderMax)
        {
            return false;
        }

        var trimmed = text.Trim().Trim('.', '*', '_', '<', '>', '[', ']', '{', '}').Trim().ToLowerInvariant();
        return trimmed.Length == 0 || s_placeholders.Contains(trimmed, StringComparer.Ordinal);
    }

    private static string Normal(string text) =>
        string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', '!');
}
