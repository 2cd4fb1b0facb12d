using Assay.Judgments.Entries;
using Assay.Judgments.Shapes;

namespace Assay.Judgments.Lint;

/// <summary>JL004 and JL005: one person answers for a decision, and it was them who accepted it.</summary>
public static class OwnerRules
{
    private static readonly string[] s_agentNames =
    [
        "claude", "claude-code", "codex", "copilot", "github-copilot", "gemini", "cursor", "cursoragent", "devin", "chatgpt",
        "openai", "anthropic", "aider", "assistant", "agent", "ai", "bot", "noreply", "no-reply", "root", "team", "everyone",
        "nobody", "tbd", "todo",
    ];

    /// <summary>What keeps a text from being one person, or null.</summary>
    public static string? FaultInOwner(string owner)
    {
        var isAddress = TextForms.IsEmail(owner);
        var name = isAddress ? owner.Split('@')[0] : owner.TrimStart('@');
        if (!isAddress && (name.Length == 0 || name.Contains('/', StringComparison.Ordinal)
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
        {
            return $"'{owner}' is not one e-mail address or handle: name one person, no list and no team.";
        }

        var lower = name.ToLowerInvariant();
        // GitHub's private addresses are 123+name@users.noreply.github.com.
        lower = lower[(lower.IndexOf('+', StringComparison.Ordinal) is var plus && plus > 0
            && owner.EndsWith("@users.noreply.github.com", StringComparison.OrdinalIgnoreCase) ? plus + 1 : 0)..];
        return s_agentNames.Contains(lower, StringComparer.Ordinal) || owner.Contains("[bot]", StringComparison.OrdinalIgnoreCase)
            || lower.EndsWith("-bot", StringComparison.Ordinal) || lower.StartsWith("team-", StringComparison.Ordinal)
            || lower.EndsWith("-team", StringComparison.Ordinal) || owner.EndsWith("@noreply.anthropic.com", StringComparison.OrdinalIgnoreCase)
            ? $"'{owner}' is a program or a group: name the person who answers for the decision."
            : null;
    }

    internal static void Check(LintContext context, LogEntry entry, List<Finding> findings)
    {
        var judgment = entry.Judgment;
        if (judgment.Owner is not { } owner)
        {
            if (judgment.Status is JudgmentStatus.Accepted or JudgmentStatus.Rejected && judgment.Origin is null)
            {
                Linter.Report(findings, "JL004", entry, "status", $"It is {judgment.Status.Word()} and has no owner: name the person who decided.");
            }

            return;
        }

        if (FaultInOwner(owner) is { } fault)
        {
            Linter.Report(findings, "JL004", entry, "owner", fault);
            return;
        }

        if (judgment.Status == JudgmentStatus.Accepted
            && context.FirstSeen.Find(context.BlobOf(entry.Path)) is { } commit
            && TextForms.IsEmail(owner)
            && !commit.AuthorEmail.Equals(owner, StringComparison.OrdinalIgnoreCase)
            && !commit.JudgedBy.Any(by => by.Contains(owner, StringComparison.OrdinalIgnoreCase)))
        {
            Linter.Report(findings, "JL005", entry, "owner",
                $"{owner} did not commit this acceptance ({commit.AuthorEmail} did, in {commit.Id[..12]}): "
                + $"the owner commits it, or the commit has the trailer 'Judged-by: {owner}'.");
        }
    }
}
