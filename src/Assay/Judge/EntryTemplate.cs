using Assay.Judgments.Entries;

namespace Assay.Judge;

/// <summary>What an editor opens with: the entry, and the sections it does not have yet, to be filled or removed.</summary>
internal static class EntryTemplate
{
    private static readonly (string Heading, string Hint)[] s_sections =
    [
        (SectionNames.Decision, "In one or two sentences."),
        (SectionNames.Proposed, "What it said, if one took part; else remove this."),
        (SectionNames.Chosen, "Where that differs from the proposal; else remove this."),
        (SectionNames.Rejected, "- **Option**: reason *Reconsider if:* condition"),
        (SectionNames.Tradeoff, "What you give up."),
        (SectionNames.ChangeOfMind, "What you would have to see."),
    ];

    public static string Fill(Judgment entry)
    {
        var sections = new List<Section>();
        foreach (var (heading, hint) in s_sections)
        {
            var text = entry.Text(heading);
            sections.Add(new Section(heading, text.Length > 0 ? text : $"<!-- {hint} -->"));
        }

        sections.AddRange(entry.Sections.Where(s => !s_sections.Any(t => t.Heading == s.Heading)));
        return JudgmentWriter.Write(entry with { Sections = sections });
    }

    /// <summary>Drops the sections that nobody wrote in.</summary>
    public static Judgment WithoutHints(Judgment entry) => entry with
    {
        Sections = [.. entry.Sections.Where(s => !s_sections.Any(t => s.Text == $"<!-- {t.Hint} -->") && s.Text.Length > 0)],
    };
}
