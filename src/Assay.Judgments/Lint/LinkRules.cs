using Assay.Judgments.Entries;

namespace Assay.Judgments.Lint;

/// <summary>JL011, JL012, JL013 and JL021: what an entry says of other entries.</summary>
internal static class LinkRules
{
    private const int BecauseWordsMin = 5;

    public static void Check(LintContext context, LogEntry entry, List<Finding> findings)
    {
        CheckResponses(context, entry, findings);
        CheckSupersedes(context, entry, findings);
        CheckReview(context, entry, findings);
        if (context.Log.SuccessorsOf(entry.Judgment.Id).Count(context.Log.IsLive) > 1)
        {
            var live = context.Log.SuccessorsOf(entry.Judgment.Id).Where(context.Log.IsLive).Select(s => s.Path);
            Linter.Report(findings, "JL013", entry, "id", $"More than one live entry supersedes it: {string.Join(", ", live)}.");
        }
    }

    private static void CheckResponses(LintContext context, LogEntry entry, List<Finding> findings)
    {
        foreach (var response in entry.Judgment.RespondsTo)
        {
            if (response.Id == entry.Judgment.Id)
            {
                Linter.Report(findings, "JL011", entry, "responds_to", "It responds to itself.");
            }
            else if (context.Log.Find(response.Id) is null)
            {
                Linter.Report(findings, "JL011", entry, "responds_to", $"No entry has the id {response.Id:D}.");
            }

            if (response.Because.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length < BecauseWordsMin)
            {
                Linter.Report(findings, "JL011", entry, "responds_to",
                    $"'{response.Because}' does not say why: write a sentence of at least {BecauseWordsMin} words.");
            }
        }
    }

    private static void CheckSupersedes(LintContext context, LogEntry entry, List<Finding> findings)
    {
        foreach (var old in entry.Judgment.Supersedes)
        {
            if (old == entry.Judgment.Id)
            {
                Linter.Report(findings, "JL012", entry, "supersedes", "It supersedes itself.");
            }
            else if (context.Log.Find(old) is not { } target)
            {
                Linter.Report(findings, "JL012", entry, "supersedes", $"No entry has the id {old:D}.");
            }
            else if (target.Judgment.Status != JudgmentStatus.Accepted)
            {
                Linter.Report(findings, "JL012", entry, "supersedes",
                    $"{target.Path} is {target.Judgment.Status.Word()}: only accepted entries are superseded.");
            }
        }

        if (entry.Judgment.Supersedes.Count > 0 && entry.Judgment.Status is JudgmentStatus.Rejected or JudgmentStatus.Withdrawn)
        {
            Linter.Report(findings, "JL012", entry, "supersedes",
                $"It is {entry.Judgment.Status.Word()}: only an accepted entry supersedes, and a proposed one will when it is accepted.");
        }
    }

    private static void CheckReview(LintContext context, LogEntry entry, List<Finding> findings)
    {
        var judgment = entry.Judgment;
        if (!judgment.IsReview)
        {
            if (judgment.Reviews is not null || judgment.Result is not null || judgment.Evidence.Count > 0)
            {
                Linter.Report(findings, "JL021", entry, "stage", "reviews, result and evidence belong to entries of the stage review.");
            }

            return;
        }

        if (judgment.Result is null)
        {
            Linter.Report(findings, "JL021", entry, "stage", "A review says how it turned out: result is held, partly, failed or moot.");
        }

        if (judgment.Reviews is not { } reviewed)
        {
            Linter.Report(findings, "JL021", entry, "stage", "A review names the entry that it looks at in the field reviews.");
        }
        else if (context.Log.Find(reviewed) is not { } target)
        {
            Linter.Report(findings, "JL021", entry, "reviews", $"No entry has the id {reviewed:D}.");
        }
        else if (target.Judgment.Status != JudgmentStatus.Accepted || target.Judgment.IsReview)
        {
            Linter.Report(findings, "JL021", entry, "reviews", $"{target.Path} is no accepted decision.");
        }
    }
}

/// <summary>JL012: a circle of supersession would leave no live entry.</summary>
internal static class SupersessionCircles
{
    public static void Check(LintContext context, List<Finding> findings)
    {
        var settled = new HashSet<Guid>();
        foreach (var start in context.Log.Entries)
        {
            if (start.Judgment.Supersedes.Count == 0 || settled.Contains(start.Judgment.Id))
            {
                continue;
            }

            var path = new HashSet<Guid>();
            if (FindCircle(context.Log, start, path, settled) is { } at)
            {
                Linter.Report(findings, "JL012", at, "supersedes", "It supersedes itself through others: a circle.");
            }
        }
    }

    private static LogEntry? FindCircle(JudgmentLog log, LogEntry start, HashSet<Guid> path, HashSet<Guid> settled)
    {
        // Depth first with a stack of its own: a long chain must not end in a stack overflow.
        var stack = new Stack<(LogEntry Entry, int Next)>();
        stack.Push((start, 0));
        path.Add(start.Judgment.Id);
        while (stack.TryPop(out var top))
        {
            if (top.Next >= top.Entry.Judgment.Supersedes.Count)
            {
                path.Remove(top.Entry.Judgment.Id);
                settled.Add(top.Entry.Judgment.Id);
                continue;
            }

            stack.Push((top.Entry, top.Next + 1));
            var next = top.Entry.Judgment.Supersedes[top.Next];
            if (next == top.Entry.Judgment.Id || settled.Contains(next) || log.Find(next) is not { } old)
            {
                continue;
            }

            if (!path.Add(next))
            {
                settled.UnionWith(path);
                return top.Entry;
            }

            stack.Push((old, 0));
        }

        return null;
    }
}
