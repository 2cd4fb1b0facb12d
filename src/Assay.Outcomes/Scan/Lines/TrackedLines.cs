using System.Runtime.InteropServices;

namespace Assay.Outcomes.Scan.Lines;

/// <summary>Which lines of a file came from which change. Lines of others are not kept, so a file that nobody touched costs nothing.</summary>
internal sealed class TrackedLines
{
    private readonly List<Run> _runs = [];

    /// <param name="From">The first line, from 1.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Run(int From, int Count, int Change)
    {
        public int End => From + Count;
    }

    public bool IsEmpty => _runs.Count == 0;

    /// <summary>The change that a line came from; -1 for none.</summary>
    public int OriginOf(int line)
    {
        var (low, high) = (0, _runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _runs[middle].End <= line ? (middle + 1, high) : (low, middle);
        }

        return low < _runs.Count && _runs[low].From <= line ? _runs[low].Change : -1;
    }

    /// <summary>The file after some lines went and others came.</summary>
    /// <param name="before">Null for a file with no lines of a change.</param>
    /// <param name="origin">The change that the nth line which a hunk adds came from; -1 for none.</param>
    public static TrackedLines After(TrackedLines? before, IReadOnlyList<PatchHunk> hunks, Func<PatchHunk, int, int> origin)
    {
        var after = new TrackedLines();
        var old = before?._runs ?? [];
        var (at, done, moved) = (0, 0, 0);
        foreach (var hunk in hunks)
        {
            Pass(hunk.OldFrom, isKept: true);
            Pass(hunk.OldFrom + hunk.Removed, isKept: false);
            moved += hunk.Added - hunk.Removed;
            for (var i = 0; i < hunk.Added; i++)
            {
                after.Add(hunk.NewFrom + i, 1, origin(hunk, i));
            }
        }

        Pass(int.MaxValue, isKept: true);
        return after;

        void Pass(int until, bool isKept)
        {
            for (; at < old.Count && old[at].From < until; at++)
            {
                var (from, end) = (Math.Max(old[at].From, done), Math.Min(old[at].End, until));
                if (isKept && from < end)
                {
                    after.Add(from + moved, end - from, old[at].Change);
                }

                if (old[at].End > until)
                {
                    break;
                }
            }

            done = Math.Max(done, until);
        }
    }

    private void Add(int from, int count, int change)
    {
        if (change < 0)
        {
            return;
        }

        if (_runs.Count > 0 && _runs[^1] is var last && last.End == from && last.Change == change)
        {
            _runs[^1] = last with { Count = last.Count + count };
        }
        else
        {
            _runs.Add(new Run(from, count, change));
        }
    }
}
