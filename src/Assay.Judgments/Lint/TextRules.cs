using Assay.Judgments.Entries;

namespace Assay.Judgments.Lint;

/// <summary>JL015 and JL016: the sections that are needed are written, and hold no secret.</summary>
internal static class TextRules
{
    public static void Check(LintContext context, LogEntry entry, List<Finding> findings)
    {
        var judgment = entry.Judgment;
        var needed = judgment.IsReview ? SectionNames.WhatHappened : SectionNames.Decision;
        if (judgment.Text(needed).Length == 0)
        {
            Linter.ReportSection(findings, "JL015", entry, needed, $"Write something under '## {needed}'.");
        }

        foreach (var section in judgment.Sections)
        {
            if (section.Heading.Length > 0 && section.Text.Length == 0 && !section.Heading.Equals(needed, StringComparison.OrdinalIgnoreCase))
            {
                findings.Add(Linter.Report("JL015", entry.Path, (section.Line, 1), $"'## {section.Heading}' is empty: write something, or remove it."));
            }
            else if (section.Text.Length > 0 && IsTemplate(section.Text))
            {
                findings.Add(Linter.Report("JL015", entry.Path, (section.Line, 1), $"'## {section.Heading}' still has the template's text."));
            }

            CheckSecrets(entry, section.Text, section.Heading.Length > 0 ? section.Line + 1 : section.Line, findings);
        }

        CheckSecrets(entry, judgment.Title, entry.Read.At("title").Line, findings);
        CheckSecrets(entry, judgment.Summary ?? "", entry.Read.At("summary").Line, findings);
    }

    private static bool IsTemplate(string text) =>
        (text.StartsWith("<!--", StringComparison.Ordinal) && text.EndsWith("-->", StringComparison.Ordinal)
            && text.IndexOf("-->", StringComparison.Ordinal) == text.Length - 3)
        || ChoiceRules.IsPlaceholder(text);

    private static void CheckSecrets(LogEntry entry, string text, int firstLine, List<Finding> findings)
    {
        if (SecretScan.Find(text) is var (at, kind))
        {
            var before = text.AsSpan(0, at);
            findings.Add(Linter.Report(
                "JL016",
                entry.Path,
                (firstLine + before.Count('\n'), at - before.LastIndexOf('\n')),
                $"This looks like {kind}: take it out, and revoke it if it was ever pushed."));
        }
    }
}
