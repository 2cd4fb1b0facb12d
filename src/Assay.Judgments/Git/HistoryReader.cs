using Assay.Judgments.Seals;

namespace Assay.Judgments.Git;

/// <summary>
/// Reads what commits did to entries. Git compares two whole folders for each commit, which is nearly all of the time that a
/// long history takes: so it is asked on all cores, for a stretch of the history each, and what it said is kept.
/// </summary>
internal sealed class HistoryReader(GitProgram git, HistoryCache? cache)
{
    private const int StretchesPerCore = 2;

    /// <summary>Reading fewer commits again costs less than writing all of them down.</summary>
    public int NewCommitsMin { get; init; } = 100;

    public int CommitsInStretchMin { get; init; } = 500;

    /// <param name="tip">The commit of the default branch.</param>
    /// <param name="head">The commit that is checked out; its own commits are read as well.</param>
    public async Task<RepositoryHistory> ReadAsync(string tip, string? head, CancellationToken cancellation)
    {
        if (cache?.Read() is { } kept && await ContinueAsync(kept, tip, head, cancellation) is { } continued)
        {
            return continued;
        }

        var ends = await StretchesAsync(tip, cancellation);
        var stretches = new GitLogReader[ends.Count];

        // The newest first: folders grow, so that they take the longest.
        await Parallel.ForAsync(
            0,
            ends.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation },
            async (i, ct) =>
            {
                var at = ends.Count - 1 - i;
                stretches[at] = await LogAsync(ends[at], at == ends.Count - 1 ? head : null, at > 0 ? ends[at - 1] : null, ct);
            });

        var (main, all) = (new List<HistoryCommit>(), new List<HistoryCommit>());
        IReadOnlyList<HistoryCommit> others = [];
        for (var i = 0; i < ends.Count; i++)
        {
            main.AddRange(stretches[i].FirstParents(ends[i]).Commits);
            (var ofTip, others) = stretches[i].Split(ends[i]);
            all.AddRange(ofTip);
        }

        Keep(new KeptHistory(tip, main, all), stretches.Sum(s => s.Count));
        return new RepositoryHistory(main, [.. all, .. others]);
    }

    /// <summary>
    /// Null if what is kept is no part of this history: another branch, or one that was rewritten. Along the first parents the
    /// tip must lead to what is kept; that it is an ancestor does not suffice, because a merge the wrong way round makes other
    /// commits the default branch's own.
    /// </summary>
    private async Task<RepositoryHistory?> ContinueAsync(KeptHistory kept, string tip, string? head, CancellationToken cancellation)
    {
        if (tip == kept.Tip && (head ?? tip) == tip)
        {
            return new RepositoryHistory(kept.Main, kept.All);
        }

        GitLogReader log;
        try
        {
            log = await LogAsync(tip, head, kept.Tip, cancellation);
        }
        catch (GitException)
        {
            // Its tip is gone after a history was rewritten. If git fails for another reason, it does so again.
            return null;
        }

        var (added, before) = log.FirstParents(tip);
        if (before != kept.Tip)
        {
            return null;
        }

        var (ofTip, others) = log.Split(tip);
        var whole = new KeptHistory(tip, [.. kept.Main, .. added], [.. kept.All, .. ofTip]);
        Keep(whole, log.Count);
        return new RepositoryHistory(whole.Main, [.. whole.All, .. others]);
    }

    private void Keep(KeptHistory history, int newCommits)
    {
        if (newCommits >= NewCommitsMin)
        {
            cache?.Write(history);
        }
    }

    /// <summary>Commits along the first parents, oldest first, the tip last; each ends a stretch that one process reads.</summary>
    private async Task<List<string>> StretchesAsync(string tip, CancellationToken cancellation)
    {
        if (Environment.ProcessorCount == 1)
        {
            return [tip];
        }

        var chain = (await git.TextAsync(cancellation, "rev-list", "--first-parent", tip)).Split('\n');
        var count = Math.Clamp(chain.Length / CommitsInStretchMin, 1, Environment.ProcessorCount * StretchesPerCore);
        return [.. Enumerable.Range(0, count).Select(i => chain[(int)((long)chain.Length * (count - 1 - i) / count)])];
    }

    private async Task<GitLogReader> LogAsync(string tip, string? head, string? after, CancellationToken cancellation)
    {
        var log = new GitLogReader();
        string[] which = [tip, .. head is null || head == tip ? (string[])[] : [head], .. after is null ? (string[])[] : ["--not", after]];
        await git.ReadAsync(
            ["log", "--raw", "--diff-merges=first-parent", "--no-renames", "--no-abbrev", "-z", GitLogReader.Format, .. which, "--"],
            log,
            cancellation);
        return log;
    }
}
