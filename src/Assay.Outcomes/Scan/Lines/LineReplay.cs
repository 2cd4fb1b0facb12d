using Assay.Outcomes.Measures;

namespace Assay.Outcomes.Scan.Lines;

/// <summary>
/// Counts how many of the lines that changes added are still there 14 and 30 days later, by playing the history of the default
/// branch from patch to patch. It says of each line what <c>git blame -w --first-parent</c> would of the last commit before that
/// time, follows those that <see cref="MovedLines">moved</see>, and reads the history once instead of every file for every change.
/// </summary>
public static class LineReplay
{
    /// <summary>The arguments of git that write what is read here, oldest first; the branch comes after them.</summary>
    public static readonly IReadOnlyList<string> Arguments =
    [
        "log", "--first-parent", "-m", "--reverse", "-p", "--unified=0", "--inter-hunk-context=0", "-w", "-M", "--diff-algorithm=default",
        "--no-prefix", "--no-relative", "--no-color", "--no-notes", "--no-show-signature", "--no-textconv", "--no-ext-diff",
        "--ignore-submodules=all", "--format=" + PatchLog.Format,
    ];

    private const long DaySeconds = 24 * 60 * 60;

    private sealed class Count(string commit, long atSeconds)
    {
        public string Commit => commit;

        public long AtSeconds => atSeconds;

        public long Added { get; set; }

        public long Alive { get; set; }

        public long? Alive14 { get; set; }

        public long? Alive30 { get; set; }
    }

    /// <summary>Counts.</summary>
    /// <param name="log">What git wrote.</param>
    /// <param name="changes">The commits of the default branch that are changes.</param>
    /// <param name="nowSeconds">Until when nothing else has happened, in Unix seconds.</param>
    /// <returns>By commit; those that added nothing, and those whose parent is not in the clone, are left out.</returns>
    public static IReadOnlyDictionary<string, CountedLines> Of(byte[] log, IReadOnlySet<string> changes, long nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(changes);
        var counts = new List<Count>();
        var (look14, look30, clock) = (0, 0, 0L);
        var files = new Dictionary<string, TrackedLines>(StringComparer.Ordinal);
        var patches = new PatchLog(log);
        while (patches.Next() is { } commit)
        {
            // Clocks of those who commit differ, and some are wrong; the branch has an order all the same.
            clock = commit.AtSeconds > nowSeconds ? clock : Math.Max(clock, commit.AtSeconds);
            Look(clock);
            var change = -1;
            if (commit.HasParent && changes.Contains(commit.Sha))
            {
                change = counts.Count;
                counts.Add(new Count(commit.Sha, clock));
            }

            Play(commit, change, files, counts);
        }

        Look(nowSeconds + 1);
        return counts.Where(c => c.Added > 0).ToDictionary(c => c.Commit, c => new CountedLines(c.Added, c.Alive14, c.Alive30), StringComparer.Ordinal);

        // What the branch is like before something happens at a time.
        void Look(long before)
        {
            for (; look14 < counts.Count && counts[look14].AtSeconds + (14 * DaySeconds) < before; look14++)
            {
                counts[look14].Alive14 = counts[look14].Alive;
            }

            for (; look30 < counts.Count && counts[look30].AtSeconds + (30 * DaySeconds) < before; look30++)
            {
                counts[look30].Alive30 = counts[look30].Alive;
            }
        }
    }

    private static void Play(PatchCommit commit, int change, Dictionary<string, TrackedLines> files, List<Count> counts)
    {
        var moved = new MovedLines(commit);
        var before = commit.Files.ToDictionary(f => f, f => f.OldPath is { } path ? files.GetValueOrDefault(path) : null);
        foreach (var (file, hunk) in commit.Files.SelectMany(f => f.Hunks.Select(h => (f, h))))
        {
            for (var i = 0; before[file] is { } lines && i < hunk.Removed; i++)
            {
                if (lines.OriginOf(hunk.OldFrom + i) is >= 0 and var origin && !moved.IsMoved(hunk, i))
                {
                    counts[origin].Alive--;
                }
            }
        }

        var after = commit.Files.Where(f => f.NewPath is not null).Select(f => (Path: f.NewPath!, Lines: TrackedLines.After(before[f], f.Hunks, Origin))).ToList();

        // Two files may have changed names with each other.
        foreach (var path in commit.Files.Select(f => f.OldPath).OfType<string>())
        {
            files.Remove(path);
        }

        foreach (var (path, lines) in after.Where(f => !f.Lines.IsEmpty))
        {
            files[path] = lines;
        }

        int Origin(PatchHunk hunk, int line)
        {
            if (moved.From(hunk, line) is { } from)
            {
                return before[from.File]?.OriginOf(from.Hunk.OldFrom + from.Line) ?? -1;
            }

            if (change >= 0)
            {
                counts[change].Added++;
                counts[change].Alive++;
            }

            return change;
        }
    }
}
