using System.Globalization;
using System.Text;
using Assay.Judgments.Git;
using Assay.Outcomes.Measures;
using Assay.Outcomes.Reverts;
using Assay.Outcomes.Scan;
using Assay.Outcomes.Scan.Lines;

namespace Assay.Outcomes;

/// <summary>What the server is told of a repository: changes, reverts and what ties commits to sessions.</summary>
internal sealed record ScanResult(IReadOnlyList<ScanChange> Changes, IReadOnlyList<ScanRevert> Reverts, IReadOnlyList<ScanAnchor> Anchors);

internal sealed record ScanChange(
    string Ref, string Title, string Branch, string BaseBranch, string At, string Author, IReadOnlyList<string> Commits,
    IReadOnlyList<ScanClaim> Reverts, CountedLines? Lines = null);

/// <summary>A commit that came without a change and says that it undoes something.</summary>
internal sealed record ScanRevert(string Commit, string At, IReadOnlyList<ScanClaim> Claims);

internal sealed record ScanClaim(string Rule, string Target);

internal sealed record ScanAnchor(string Session, string Commit, string At, string Evidence, long? Lines);

/// <summary>Reads a repository's default branch with the git program: merges, squashes, reverts, trailers, git-ai's notes, and how long lines last.</summary>
/// <param name="now">Until when the clone is as its host is.</param>
internal sealed class RepositoryScan(GitProgram git, string repository, string branch, int days, DateTimeOffset now)
{
    private const int NotesMax = 20_000;

    // Of each commit: hash, parents, time, author, message; between commits a byte that no message holds.
    private const string Format = "%H%x1f%P%x1f%cI%x1f%aE%x1f%B%x1e";

    private sealed record Commit(string Sha, string[] Parents, DateTimeOffset At, string Author, string Message);

    public async Task<ScanResult> RunAsync(CancellationToken cancellation)
    {
        var since = string.Create(CultureInfo.InvariantCulture, $"--since={days}.days.ago");
        var first = await LogAsync(["log", "--first-parent", since, "--format=" + Format, branch, "--"], cancellation);
        var opposites = await OppositesAsync(since, cancellation);
        var changes = new List<ScanChange>();
        var reverts = new List<ScanRevert>();
        foreach (var commit in first)
        {
            var (subject, body) = Split(commit.Message);
            var merged = CommitMessage.Merged(commit.Message);
            var within = commit.Parents.Length > 1
                ? await LogAsync(["log", "--max-count=250", "--format=" + Format, $"{commit.Parents[0]}..{commit.Parents[1]}", "--"], cancellation)
                : [];
            var claims = RevertReader.Read(
                    merged?.Title ?? subject, body, merged?.Branch is { Length: > 0 } from ? from : null, within.Select(c => c.Message))
                .Select(c => new ScanClaim(Word(c.Rule), c.Target)).ToList();
            if (opposites.TryGetValue(commit.Sha, out var opposite))
            {
                claims.Add(new ScanClaim(Word(RevertRule.InversePatch), opposite));
            }

            if (merged is not null)
            {
                changes.Add(new ScanChange(
                    $"{repository}{merged.Mark}{merged.Number}", merged.Title, merged.Branch, branch, Time(commit),
                    within.Count > 0 ? within[^1].Author : commit.Author, [commit.Sha, .. within.Select(c => c.Sha)], claims));
            }
            else if (claims.Exists(c => c.Rule is "commit-trailer" or "inverse-patch"))
            {
                reverts.Add(new ScanRevert(commit.Sha, Time(commit), claims));
            }
        }

        return new ScanResult(await WithLinesAsync(changes, since, cancellation), reverts, await AnchorsAsync(since, cancellation));
    }

    /// <summary>How many of their lines are still there. What came in several pieces was accepted at no one time and is not counted.</summary>
    private async Task<IReadOnlyList<ScanChange>> WithLinesAsync(List<ScanChange> changes, string since, CancellationToken cancellation)
    {
        var whole = changes.GroupBy(c => c.Ref, StringComparer.Ordinal).Where(g => g.Count() == 1).Select(g => g.Single().Commits[0]).ToHashSet(StringComparer.Ordinal);
        if (whole.Count == 0)
        {
            return changes;
        }

        var log = await git.RunAsync([.. LineReplay.Arguments, since, branch, "--"], null, cancellation);
        var counts = LineReplay.Of(log, whole, now.ToUnixTimeSeconds());
        return [.. changes.Select(c => counts.TryGetValue(c.Commits[0], out var lines) && lines.IsPossible() ? c with { Lines = lines } : c)];
    }

    private async Task<List<ScanAnchor>> AnchorsAsync(string since, CancellationToken cancellation)
    {
        var all = await LogAsync(["log", since, "--format=" + Format, branch, "--"], cancellation);
        var anchors = new List<ScanAnchor>();
        foreach (var commit in all)
        {
            anchors.AddRange(CommitMessage.Sessions(commit.Message).Select(s => new ScanAnchor(s, commit.Sha, Time(commit), "trailer", null)));
        }

        var noted = await git.TryRunAsync(["notes", "--ref=ai", "list"], null, cancellation);
        if (noted.Code != 0)
        {
            return anchors;
        }

        var known = all.ToDictionary(c => c.Sha, StringComparer.Ordinal);
        foreach (var line in Encoding.ASCII.GetString(noted.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(NotesMax))
        {
            if (line.Split(' ') is [var note, var sha] && known.TryGetValue(sha, out var commit))
            {
                var text = Encoding.UTF8.GetString(await git.RunAsync(["cat-file", "blob", note], null, cancellation));
                anchors.AddRange(GitAiNote.Read(text).Select(s => new ScanAnchor(s.Session, sha, Time(commit), "git-ai", s.Lines)));
            }
        }

        return anchors;
    }

    /// <summary>Commits that are the exact opposite of an earlier one, by git's patch-id of their patch and of its reverse.</summary>
    private async Task<Dictionary<string, string>> OppositesAsync(string since, CancellationToken cancellation)
    {
        var forward = await PatchIdsAsync([], since, cancellation);
        var backward = await PatchIdsAsync(["-R"], since, cancellation);

        // The log is newest first: an id that comes again keeps its oldest commit, which the newest opposite undoes.
        var order = forward.Select((p, i) => (p.Sha, i)).ToDictionary(p => p.Sha, p => p.i, StringComparer.Ordinal);
        var byId = forward.GroupBy(p => p.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(p => p.Sha).ToList(), StringComparer.Ordinal);
        var opposites = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, sha) in backward)
        {
            if (byId.TryGetValue(id, out var same) && order.TryGetValue(sha, out var at) && same.Find(s => order[s] > at) is { } earlier)
            {
                opposites[sha] = earlier;
            }
        }

        return opposites;
    }

    private async Task<List<(string Id, string Sha)>> PatchIdsAsync(string[] options, string since, CancellationToken cancellation)
    {
        var patches = await git.RunAsync(
            ["log", "--first-parent", "-m", "-p", "--no-textconv", "--no-ext-diff", "--no-prefix", .. options, since, "--format=commit %H", branch, "--"], null, cancellation);
        var ids = await git.RunAsync(["patch-id", "--stable"], patches, cancellation);
        return
        [
            .. Encoding.ASCII.GetString(ids).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => l.Split(' ')).Where(p => p.Length == 2).Select(p => (p[0], p[1])),
        ];
    }

    private async Task<List<Commit>> LogAsync(string[] arguments, CancellationToken cancellation)
    {
        var output = Encoding.UTF8.GetString(await git.RunAsync(arguments, null, cancellation));
        var commits = new List<Commit>();
        foreach (var record in output.Split('\x1e', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (record.Split('\x1f', 5) is [var sha, var parents, var at, var author, var message])
            {
                commits.Add(new Commit(
                    sha, parents.Split(' ', StringSplitOptions.RemoveEmptyEntries), DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), author, message));
            }
        }

        return commits;
    }

    private static (string Subject, string Body) Split(string message) =>
        message.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? (message[..end].Trim(), message[(end + 1)..]) : (message, "");

    private static string Time(Commit commit) => commit.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Word(RevertRule rule) => Assay.Server.Outcomes.OutcomeWords.Word(rule);
}
