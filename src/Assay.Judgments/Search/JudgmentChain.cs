using Assay.Judgments.Lint;

namespace Assay.Judgments.Search;

/// <param name="Depth">How far below the first entry.</param>
/// <param name="Link">How it follows from the entry above it; empty for the first.</param>
/// <param name="Because">What it says about why, or an empty text.</param>
public sealed record ChainStep(int Depth, LogEntry Entry, string Link, string Because);

/// <summary>The chain that an entry belongs to: from the decisions that it goes back to, down to all that followed.</summary>
public static class JudgmentChain
{
    // Nobody reads a chain this long, and the stack is not for a log that somebody built to be one.
    private const int DepthMax = 200;

    public static IReadOnlyList<ChainStep> Of(JudgmentLog log, LogEntry entry)
    {
        var steps = new List<ChainStep>();
        var told = new HashSet<Guid>();
        foreach (var root in Roots(log, entry))
        {
            Tell(log, root, 0, "", "", told, steps);
        }

        return steps;
    }

    private static IEnumerable<LogEntry> Roots(JudgmentLog log, LogEntry entry)
    {
        var seen = new HashSet<Guid> { entry.Judgment.Id };
        var queue = new Queue<LogEntry>([entry]);
        var roots = new List<LogEntry>();
        while (queue.TryDequeue(out var next))
        {
            var before = Before(next).Select(log.Find).OfType<LogEntry>().ToList();
            if (before.Count == 0)
            {
                roots.Add(next);
            }

            foreach (var prior in before.Where(p => seen.Add(p.Judgment.Id)))
            {
                queue.Enqueue(prior);
            }
        }

        // In a circle nobody is first.
        return roots.Count > 0 ? roots.OrderBy(r => r.Judgment.DecidedAt.UtcTicks) : [entry];
    }

    private static IEnumerable<Guid> Before(LogEntry entry) =>
        entry.Judgment.RespondsTo.Select(r => r.Id).Concat(entry.Judgment.Supersedes)
            .Concat(entry.Judgment.Reviews is { } reviewed ? [reviewed] : []);

    private static void Tell(
        JudgmentLog log, LogEntry entry, int depth, string link, string because, HashSet<Guid> told, List<ChainStep> steps)
    {
        if (depth > DepthMax || !told.Add(entry.Judgment.Id))
        {
            return;
        }

        steps.Add(new ChainStep(depth, entry, link, because));
        var id = entry.Judgment.Id;
        var next = log.ResponsesTo(id).Select(e => (Entry: e, Link: "answered by", Because: e.Judgment.RespondsTo.First(r => r.Id == id).Because))
            .Concat(log.Entries.Where(e => e.Judgment.Supersedes.Contains(id)).Select(e => (Entry: e, Link: "superseded by", Because: "")))
            .Concat(log.ReviewsOf(id).Select(e => (Entry: e, Link: "reviewed by", Because: "")))
            .OrderBy(n => n.Entry.Judgment.DecidedAt.UtcTicks);
        foreach (var (follower, how, why) in next.ToList())
        {
            Tell(log, follower, depth + 1, how, why, told, steps);
        }
    }
}
