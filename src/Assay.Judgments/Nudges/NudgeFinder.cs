using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Seals;
using Assay.Judgments.Settings;

namespace Assay.Judgments.Nudges;

/// <summary>
/// Names changes that look like a decision and have no entry: JL201 to JL206. It asks, and does not block: blocking makes
/// people write entries that say nothing. Only where the settings enforce it is a nudge an error.
/// </summary>
public static class NudgeFinder
{
    private static readonly string[] s_migrations = ["**/migrations/**", "**/Migrations/**", "**/migrate/**", "**/db/changelog/**"];

    private static readonly string[] s_publicApi =
    [
        "**/PublicAPI.Shipped.txt", "**/PublicAPI.Unshipped.txt", "**/*.proto", "**/*.graphql", "**/*.graphqls",
        "**/openapi*.json", "**/openapi*.yaml", "**/openapi*.yml", "**/swagger*.json", "**/asyncapi*.yaml",
    ];

    /// <param name="log">The log as it is with the change.</param>
    /// <param name="range">The change.</param>
    /// <param name="settings">More patterns, and where nudges are errors.</param>
    /// <param name="facts">What is known beside the files.</param>
    public static IReadOnlyList<Finding> Find(JudgmentLog log, ChangedRange range, LogSettings settings, NudgeFacts? facts = null)
    {
        var paths = range.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var written = log.Entries.Where(e => paths.Contains(e.Path)).ToList();
        var named = range.Judgments.Select(j => Guid.TryParse(j, out var id) ? log.Find(id) : null).OfType<LogEntry>().ToList();
        var findings = new List<Finding>();
        foreach (var file in range.Files)
        {
            if (file.Path.EndsWith(JudgmentReader.FileSuffix, StringComparison.Ordinal) || named.Count > 0
                || written.Exists(e => Answers(e, file.Path)))
            {
                continue;
            }

            foreach (var (rule, what) in Triggers(file, settings))
            {
                findings.Add(Nudge(rule, file.Path, what, settings));
            }
        }

        findings.AddRange(Guarded(log, range, written, named, settings));
        findings.AddRange(Beside(log, facts ?? NudgeFacts.None, written, named, settings));
        return findings;
    }

    private static IEnumerable<(string Rule, string What)> Triggers(ChangedFile file, LogSettings settings)
    {
        var names = DependencyLines.NewNames(file.Path, file.Added, file.Removed);
        if (names.Count > 0)
        {
            yield return ("JL201", $"{string.Join(", ", names)} {(names.Count == 1 ? "is a new dependency" : "are new dependencies")}");
        }
        else if (settings.Dependencies.Any(p => PathGlob.Matches(p, file.Path)))
        {
            yield return ("JL201", "dependencies changed here");
        }

        if (settings.Migrations.Concat(s_migrations).Any(p => PathGlob.Matches(p, file.Path)))
        {
            yield return ("JL202", "this is a migration");
        }

        if (settings.PublicApi.Concat(s_publicApi).Any(p => PathGlob.Matches(p, file.Path)))
        {
            yield return ("JL203", "a public interface changed here");
        }
    }

    /// <summary>JL204, once for each entry that guards: which changed paths it affects.</summary>
    private static IEnumerable<Finding> Guarded(
        JudgmentLog log, ChangedRange range, List<LogEntry> written, List<LogEntry> named, LogSettings settings)
    {
        foreach (var guard in log.Entries.Where(e => log.IsLive(e) && e.Judgment.Affects.Count > 0 && !written.Contains(e)))
        {
            var hit = range.Files.Where(f => !f.Path.EndsWith(JudgmentReader.FileSuffix, StringComparison.Ordinal)
                && guard.Judgment.Affects.Any(p => PathGlob.Matches(p, f.Path))).ToList();
            if (hit.Count > 0 && named.Count == 0 && !written.Exists(e => Refers(e, guard.Judgment.Id) || hit.TrueForAll(f => Answers(e, f.Path))))
            {
                var more = hit.Count > 1 ? $" (and {hit.Count - 1} more)" : "";
                var enforced = hit.Find(f => settings.Enforce.Any(p => PathGlob.Matches(p, f.Path))) ?? hit[0];
                yield return Nudge("JL204", enforced.Path, $"'{guard.Judgment.Title}' ({JudgmentId.Tail(guard.Judgment.Id)}) affects this{more}", settings);
            }
        }
    }

    /// <summary>JL205 and JL206: what the diff alone does not show.</summary>
    private static IEnumerable<Finding> Beside(
        JudgmentLog log, NudgeFacts facts, List<LogEntry> written, List<LogEntry> named, LogSettings settings)
    {
        foreach (var edit in facts.Overridden.Where(e => named.Count == 0 && !written.Exists(w => Answers(w, e.Path))))
        {
            yield return Nudge("JL205", edit.Path, $"{edit.Gone} of {edit.Lines} lines that an AI wrote here were thrown away or rewritten", settings);
        }

        if (facts.Spend is { } spend && written.Count == 0 && named.Count == 0
            && !log.Entries.Any(e => e.Judgment.Refs.Any(r => facts.Work.Contains(r, StringComparer.Ordinal))))
        {
            yield return new Finding("JL206", RuleBook.Find("JL206")!.Severity, LogSettings.FileName, 1, 1,
                $"this branch cost {spend} so far, more than the {settings.SpendAbove} USD of spend_above, and no entry says what was decided: `assay judge \"…\"`.");
        }
    }

    private static bool Answers(LogEntry entry, string path) =>
        entry.Judgment.Affects.Count == 0 || entry.Judgment.Affects.Any(p => PathGlob.Matches(p, path));

    private static bool Refers(LogEntry entry, Guid id) =>
        entry.Judgment.Supersedes.Contains(id) || entry.Judgment.Reviews == id || entry.Judgment.RespondsTo.Any(r => r.Id == id);

    private static Finding Nudge(string rule, string path, string what, LogSettings settings)
    {
        var severity = settings.Enforce.Any(p => PathGlob.Matches(p, path)) ? Severity.Error : RuleBook.Find(rule)!.Severity;
        return new Finding(rule, severity, path, 1, 1,
            $"{what}, and no entry says why: `assay judge \"…\" --affects {path}`, or a trailer 'Judgment: ID' that names one.");
    }
}
