using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Git;

/// <summary>Reads a repository's default branch for a keeper outside of git. Works in a bare mirror as in a working tree.</summary>
public static class SnapshotReader
{
    /// <param name="git">Git in the repository.</param>
    /// <param name="tip">The branch or commit that is read.</param>
    /// <param name="cache">Where the history is kept for the next time; null if it is not.</param>
    public static async Task<RepositorySnapshot> ReadAsync(
        GitProgram git, string tip, HistoryCache? cache, CancellationToken cancellation)
    {
        if (await git.TextAsync(cancellation, "rev-parse", "--is-shallow-repository") == "true")
        {
            throw new GitException("This clone is shallow, so that seals cannot be told: fetch the whole history (in CI fetch-depth: 0).");
        }

        var head = await git.TextAsync(cancellation, "rev-parse", "--verify", "--end-of-options", tip + "^{commit}");
        var history = await new HistoryReader(git, cache).ReadAsync(head, head: null, cancellation);
        var files = await FilesAsync(git, head, cancellation);
        var blobs = history.Main.SelectMany(c => c.Changes).SelectMany(c => (string?[])[c.OldBlob, c.NewBlob])
            .Concat(files.Select(f => f.Blob)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var contents = await ContentsAsync(git, blobs, cancellation);
        var facts = contents.ToDictionary(c => c.Key, c => BlobFacts.Of(JudgmentReader.Read(c.Value)), StringComparer.Ordinal);
        var seals = new SealLedger(blob => facts.GetValueOrDefault(blob));
        foreach (var commit in history.Main)
        {
            seals.Apply(commit);
        }

        var entries = Entries(files, contents, new FirstSeenTable(history.All));
        return new RepositorySnapshot(
            head,
            entries,
            [.. seals.Seals.OrderBy(s => s.At.UtcTicks).ThenBy(s => s.Id)],
            [.. seals.Broken.Select(b => new SnapshotBreach(b.Seal.Id, b.Breach == SealBreach.Edited ? "edited" : "deleted", b.Commit, b.Path))],
            files.Count - entries.Count);
    }

    private static async Task<List<(string Path, string Blob)>> FilesAsync(GitProgram git, string head, CancellationToken cancellation)
    {
        var files = new List<(string Path, string Blob)>();
        foreach (var field in GitOutput.Fields(await git.RunAsync(["ls-tree", "-r", "-z", head], null, cancellation)))
        {
            // "100644 blob hash<tab>path"
            var tab = field.IndexOf('\t', StringComparison.Ordinal);
            if (tab > 0 && field.EndsWith(JudgmentReader.FileSuffix, StringComparison.Ordinal) && field.StartsWith("100", StringComparison.Ordinal))
            {
                files.Add((field[(tab + 1)..], field[..tab].Split(' ')[2]));
            }
        }

        return files;
    }

    private static async Task<Dictionary<string, byte[]>> ContentsAsync(GitProgram git, List<string> blobs, CancellationToken cancellation)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (blobs.Count == 0)
        {
            return contents;
        }

        var asked = Encoding.ASCII.GetBytes(string.Join('\n', blobs) + "\n");
        var answers = GitOutput.Blobs(await git.RunAsync(["cat-file", "--batch", "--buffer"], asked, cancellation), blobs.Count);
        for (var i = 0; i < blobs.Count; i++)
        {
            if (answers[i] is { Length: <= SourceText.BytesMax } bytes)
            {
                contents[blobs[i]] = bytes;
            }
        }

        return contents;
    }

    private static List<SnapshotEntry> Entries(
        List<(string Path, string Blob)> files, Dictionary<string, byte[]> contents, FirstSeenTable firstSeen)
    {
        var entries = new List<SnapshotEntry>();
        foreach (var (path, blob) in files)
        {
            if (contents.GetValueOrDefault(blob) is { } bytes && System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.AsSpan().Contains((byte)0)
                && firstSeen.Find(blob) is { } commit)
            {
                entries.Add(new SnapshotEntry(path, blob, Encoding.UTF8.GetString(bytes), commit.Id, commit.At, commit.AuthorEmail, commit.JudgedBy));
            }
        }

        return entries;
    }
}
