using Assay.Judgments.Entries;

namespace Assay.Judgments.Lint;

/// <summary>Runs every rule over a log and puts what they find in order.</summary>
public static class Linter
{
    public static IReadOnlyList<Finding> Check(LintContext context)
    {
        var findings = new List<Finding>();
        foreach (var file in context.Log.Files)
        {
            foreach (var fault in file.Read.Faults)
            {
                findings.Add(Report(RuleOf(fault.Field), file.Path, (fault.Line, fault.Column), fault.Message));
            }
        }

        UniqueIds.Check(context, findings);
        var entries = context.Log.Entries;
        var found = new List<Finding>[entries.Count];
        Parallel.For(0, entries.Count, i => found[i] = CheckOne(context, entries[i]));
        foreach (var list in found)
        {
            findings.AddRange(list);
        }

        SupersessionCircles.Check(context, findings);
        NearDuplicates.Check(context, findings);
        SealRules.Check(context, findings);
        return findings;
    }

    private static List<Finding> CheckOne(LintContext context, LogEntry entry)
    {
        var findings = new List<Finding>();
        OwnerRules.Check(context, entry, findings);
        TimeRules.Check(context, entry, findings);
        ChoiceRules.Check(context, entry, findings);
        LinkRules.Check(context, entry, findings);
        TextRules.Check(context, entry, findings);
        PathRules.Check(context, entry, findings);
        return findings;
    }

    /// <summary>Findings as people read them: by file, then from top to bottom.</summary>
    public static IReadOnlyList<Finding> Sort(IEnumerable<Finding> findings) =>
    [
        .. findings
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .ThenBy(f => f.Line)
            .ThenBy(f => f.Column)
            .ThenBy(f => f.Rule, StringComparer.Ordinal)
            .Distinct(),
    ];

    internal static Finding Report(string rule, string path, (int Line, int Column) at, string message) =>
        new(rule, RuleBook.Find(rule)!.Severity, path, at.Line, at.Column, message);

    internal static void Report(List<Finding> findings, string rule, LogEntry entry, string field, string message) =>
        findings.Add(Report(rule, entry.Path, entry.Read.At(field), message));

    internal static void ReportSection(List<Finding> findings, string rule, LogEntry entry, string heading, string message)
    {
        var section = entry.Judgment.Sections.FirstOrDefault(s => s.Heading.Equals(heading, StringComparison.OrdinalIgnoreCase));
        findings.Add(Report(rule, entry.Path, (section?.Line ?? 1, 1), message));
    }

    private static string RuleOf(string field) => field switch
    {
        "id" => "JL002",
        "status" => "JL003",
        "owner" => "JL004",
        "decided_at" => "JL006",
        "confidence" => "JL008",
        _ => "JL001",
    };
}

/// <summary>JL002 in one tree: versions, and ids that two files share.</summary>
internal static class UniqueIds
{
    public static void Check(LintContext context, List<Finding> findings)
    {
        foreach (var entry in context.Log.Entries)
        {
            if (entry.Judgment.Origin is null && !JudgmentId.IsVersion7(entry.Judgment.Id))
            {
                Linter.Report(findings, "JL002", entry, "id",
                    "The id is no UUID of version 7: take one from `assay judge`. Only imported entries keep another.");
            }

            if (context.Log.Find(entry.Judgment.Id) is { } first && first != entry)
            {
                Linter.Report(findings, "JL002", entry, "id",
                    $"{first.Path} has this id as well: give the newer of the two a new one.");
            }
        }
    }
}
