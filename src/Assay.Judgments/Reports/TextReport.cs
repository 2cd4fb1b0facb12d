using Assay.Judgments.Lint;

namespace Assay.Judgments.Reports;

/// <summary>Findings as compilers print them, which editors and people know how to read.</summary>
public static class TextReport
{
    public static void Write(TextWriter output, IReadOnlyList<Finding> findings, int entries)
    {
        foreach (var finding in findings)
        {
            if (finding.Path.Length > 0)
            {
                output.Write($"{finding.Path}:{finding.Line}:{finding.Column}: ");
            }

            output.WriteLine($"{Word(finding.Severity)} {finding.Rule}: {finding.Message}");
        }

        output.WriteLine($"{Count(entries, "entry", "entries")}: {Count(findings, Severity.Error, "error")}, "
            + $"{Count(findings, Severity.Warning, "warning")}, {Count(findings, Severity.Note, "note")}.");
    }

    public static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Note => "note",
        _ => "off",
    };

    private static string Count(IReadOnlyList<Finding> findings, Severity severity, string word) =>
        Count(findings.Count(f => f.Severity == severity), word, word + "s");

    private static string Count(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
