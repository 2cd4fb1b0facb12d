using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Exchange;

/// <summary>Entries as Markdown Any Decision Records (MADR 4). The entry's own text goes along in the front matter.</summary>
public static class Madr
{
    internal const string OwnText = "x_judgment_text";

    /// <param name="entry">The entry.</param>
    /// <param name="supersededBy">What the status names, if it is superseded.</param>
    public static string Write(Judgment entry, string? supersededBy)
    {
        var text = new StringBuilder();
        text.Append("---\n");
        text.Append("status: ").Append(YamlText.Scalar(supersededBy is null ? entry.Status.Word() : $"superseded by {supersededBy}")).Append('\n');
        text.Append("date: ").Append(JudgmentWriter.Date(DateOnly.FromDateTime(entry.DecidedAt.DateTime))).Append('\n');
        if (entry.Owner is { } owner)
        {
            text.Append("decision-makers: ").Append(YamlText.Scalar(owner)).Append('\n');
        }

        text.Append(OwnText).Append(": ").Append(YamlText.Quoted(JudgmentWriter.Write(entry))).Append('\n');
        text.Append("---\n");
        Body(text, entry);
        return text.ToString();
    }

    internal static void Body(StringBuilder text, Judgment entry)
    {
        text.Append("# ").Append(entry.Title).Append('\n');
        Section(text, "## Context and Problem Statement", entry.Text(SectionNames.Context) is { Length: > 0 } context ? context : entry.Summary ?? entry.Title);
        var proposed = OneLine(entry.Text(SectionNames.Proposed));
        var options = new List<string>();
        if (proposed.Length > 0 && !entry.Rejected.Any(r => r.Option.TrimEnd('.').Equals(proposed.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)))
        {
            options.Add(proposed + " (proposed by an AI)");
        }

        options.Add(entry.Title);
        options.AddRange(entry.Rejected.Select(r => r.Option));
        Section(text, "## Considered Options", string.Join('\n', options.Select(o => "* " + o)));
        var decision = entry.Text(SectionNames.Decision);
        Section(text, "## Decision Outcome", $"Chosen option: \"{entry.Title}\", because {Because(entry)}"
            + (decision.Length > 0 ? "\n\n" + decision : ""));
        if (entry.Text(SectionNames.Tradeoff) is { Length: > 0 } tradeoff)
        {
            Section(text, "### Consequences", $"* Bad, because {OneLine(tradeoff)}");
        }

        if (entry.Rejected.Any(r => r.Reason.Length > 0))
        {
            Section(text, "## Pros and Cons of the Options", string.Join("\n\n", entry.Rejected.Where(r => r.Reason.Length > 0).Select(r =>
                $"### {r.Option}\n\n* Bad, because {r.Reason}" + (r.Reconsider is { } again ? $"\n* Neutral, because it is to be reconsidered if: {again}" : ""))));
        }

        Section(text, "## More Information", MoreInformation(entry));
    }

    private static string Because(Judgment entry)
    {
        var reason = entry.Text(SectionNames.Decision).Split('\n').FirstOrDefault(l => l.StartsWith("Because ", StringComparison.Ordinal));
        return reason?["Because ".Length..] ?? (entry.Rejected.Count > 0 ? "the alternatives were rejected for the reasons below." : "of what is said below.");
    }

    private static string MoreInformation(Judgment entry)
    {
        var lines = new List<string> { $"* Judgment: {entry.Id:D}, stage {entry.Stage.Word()}" };
        if (entry.Confidence is { } sure)
        {
            lines.Add($"* Confidence: {sure} of 100 at the moment of the decision");
        }

        if (entry.Ai.Role != AiRole.None)
        {
            lines.Add($"* AI: {entry.Ai.Role.Word()}, and it was {entry.Ai.Relation.Word()}{(entry.Ai.Model is { } model ? $" ({model})" : "")}");
        }

        lines.AddRange(entry.RespondsTo.Select(r => $"* Responds to {r.Id:D}: {r.Because}"));
        lines.AddRange(entry.Supersedes.Select(id => $"* Supersedes {id:D}"));
        lines.AddRange(entry.Reviews is { } reviewed ? [$"* Reviews {reviewed:D}: {entry.Result?.Word()}"] : []);
        lines.AddRange(entry.ReviewBy is { } day ? [$"* To be looked at on {JudgmentWriter.Date(day)}"] : []);
        lines.AddRange(entry.Affects.Count > 0 ? [$"* Affects {string.Join(", ", entry.Affects.Select(a => $"`{a}`"))}"] : []);
        lines.AddRange(entry.Refs.Count > 0 ? [$"* Refers to {string.Join(", ", entry.Refs)}"] : []);
        return string.Join('\n', lines);
    }

    private static void Section(StringBuilder text, string heading, string content) =>
        text.Append('\n').Append(heading).Append("\n\n").Append(content).Append('\n');

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
