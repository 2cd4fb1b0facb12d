using System.Globalization;
using System.Text;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Entries;

/// <summary>Writes an entry in the one order and layout that the format recommends.</summary>
public static class JudgmentWriter
{
    public static string Write(Judgment entry)
    {
        var text = new StringBuilder("---\n");
        FrontMatterOf(text, entry);
        text.Append("---\n");
        var first = true;
        foreach (var section in entry.Sections)
        {
            if (!first)
            {
                text.Append('\n');
            }

            first = false;
            if (section.Heading.Length > 0)
            {
                text.Append("## ").Append(section.Heading).Append('\n');
            }

            if (section.Text.Length > 0)
            {
                text.Append(section.Text).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>A time as the format writes it: seconds, or what is finer if there is more, and the offset in digits.</summary>
    public static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void FrontMatterOf(StringBuilder text, Judgment entry)
    {
        Line(text, "judgment", FrontMatter.Version.ToString(CultureInfo.InvariantCulture));
        Line(text, "id", entry.Id.ToString("D"));
        Line(text, "title", YamlText.Scalar(entry.Title));
        Line(text, "summary", entry.Summary is { } summary ? YamlText.Scalar(summary) : null);
        Line(text, "status", entry.Status.Word());
        Line(text, "stage", entry.Stage.Word());
        Line(text, "decided_at", Time(entry.DecidedAt));
        Line(text, "owner", entry.Owner is { } owner ? YamlText.Scalar(owner) : null);
        Line(text, "confidence", entry.Confidence?.ToString(CultureInfo.InvariantCulture));
        Ai(text, entry.Ai);
        if (entry.RespondsTo.Count > 0)
        {
            text.Append("responds_to:\n");
            foreach (var response in entry.RespondsTo)
            {
                text.Append("  - id: ").Append(response.Id.ToString("D")).Append('\n');
                text.Append("    because: ").Append(YamlText.Scalar(response.Because)).Append('\n');
            }
        }

        Line(text, "supersedes", List(entry.Supersedes.Select(id => id.ToString("D"))));
        Line(text, "affects", List(entry.Affects));
        Line(text, "refs", List(entry.Refs));
        Line(text, "reversibility", entry.Reversibility?.Word());
        Line(text, "deadline", entry.Deadline is { } deadline ? Time(deadline) : null);
        Line(text, "review_by", entry.ReviewBy is { } day ? Date(day) : null);
        Line(text, "tags", List(entry.Tags));
        if (entry.Prior is { } prior)
        {
            text.Append("prior:\n");
            Line(text, "  choice", YamlText.Scalar(prior.Choice));
            Line(text, "  confidence", prior.Confidence?.ToString(CultureInfo.InvariantCulture));
            Line(text, "  recorded_at", prior.RecordedAt is { } at ? Time(at) : null);
        }

        Line(text, "reviews", entry.Reviews?.ToString("D"));
        Line(text, "result", entry.Result?.Word());
        Line(text, "evidence", List(entry.Evidence));
        if (entry.Origin is { } origin)
        {
            text.Append("origin:\n");
            Line(text, "  format", origin.Format);
            Line(text, "  ref", origin.Ref is { } from ? YamlText.Scalar(from) : null);
        }

        foreach (var field in entry.Extensions)
        {
            YamlText.Block(text, new YamlMap(1, 1, [field]), indent: 0);
        }
    }

    private static void Ai(StringBuilder text, AiPart ai)
    {
        if (ai.IsNone)
        {
            return;
        }

        text.Append("ai:\n");
        Line(text, "  role", ai.Role.Word());
        Line(text, "  relation", ai.Relation.Word());
        Line(text, "  tool", ai.Tool is { } tool ? YamlText.Scalar(tool) : null);
        Line(text, "  model", ai.Model is { } model ? YamlText.Scalar(model) : null);
        Line(text, "  sessions", List(ai.Sessions));
    }

    private static string? List(IEnumerable<string> texts) => texts.Any() ? YamlText.FlowList(texts) : null;

    private static void Line(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }
    }
}
