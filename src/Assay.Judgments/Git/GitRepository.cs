using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Git;

/// <summary>Answers the log's questions with the git program.</summary>
public sealed class GitRepository(string root) : IRepository
{
    private const string Entries = "*" + JudgmentReader.FileSuffix;
    private readonly GitProgram _git = new(root);

    public string Root { get; } = root;

    /// <summary>The secret under which the history is kept in git's own folder; null if it is not kept.</summary>
    public Func<byte[]?> HistoryKey { get; init; } = () => null;

    /// <summary>The folder above (or at) the given one that holds a repository; null if there is none.</summary>
    public static string? FindRoot(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            var git = Path.Combine(folder.FullName, ".git");
            if (Directory.Exists(git) || File.Exists(git))
            {
                return folder.FullName;
            }
        }

        return null;
    }

    public async Task<RepositoryFacts> DescribeAsync(string? defaultBranch, CancellationToken cancellation)
    {
        // Before the first commit git fails at HEAD, after it has answered the rest.
        var facts = _git.TryRunAsync(
            ["rev-parse", "--is-shallow-repository", "--absolute-git-dir", "--path-format=absolute", "--git-common-dir", "HEAD"],
            null,
            cancellation);
        var refs = _git.RunAsync(
            ["for-each-ref", "--format=%(refname)%00%(symref)%00%(objectname)", "refs/remotes", "refs/heads"], null, cancellation);
        var (_, output, error) = await facts;
        var lines = Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 3)
        {
            throw new GitException($"{Root} is no git repository: {error}");
        }

        var head = lines.Length > 3 && lines[3] != "HEAD" ? lines[3] : null;
        var names = Encoding.UTF8.GetString(await refs).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\0')).ToDictionary(f => f[0], f => (Target: f[1], Commit: f[2]), StringComparer.Ordinal);
        var main = head is null ? null : DefaultRef(names, defaultBranch);
        return new RepositoryFacts(
            Root, lines[1], lines[2], lines[0] == "true", head, main, main is null ? null : names.GetValueOrDefault(main).Commit ?? head);
    }

    public async Task<IReadOnlyList<TreeFile>> FilesAsync(bool staged, CancellationToken cancellation)
    {
        if (staged)
        {
            return Tracked(await _git.RunAsync(["ls-files", "-s", "-z", "--", Entries], null, cancellation));
        }

        var tracked = _git.RunAsync(["ls-files", "-s", "-z"], null, cancellation);
        var status = _git.RunAsync(
            ["status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--", Entries], null, cancellation);
        var files = Tracked(await tracked);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (path, onDisk) in WorkingTreeChanges(await status))
        {
            if (places.Count == 0)
            {
                for (var i = 0; i < files.Count; i++)
                {
                    places[files[i].Path] = i;
                }
            }

            if (!places.TryGetValue(path, out var place))
            {
                files.Add(new TreeFile(path, null));
            }
            else
            {
                files[place] = new TreeFile(onDisk ? path : "", null);
            }
        }

        files.RemoveAll(file => file.Path.Length == 0);
        return files;
    }

    public async Task<IReadOnlyList<byte[]?>> BlobsAsync(IReadOnlyList<string> blobs, CancellationToken cancellation)
    {
        if (blobs.Count == 0)
        {
            return [];
        }

        var asked = Encoding.ASCII.GetBytes(string.Join('\n', blobs) + "\n");
        return GitOutput.Blobs(await _git.RunAsync(["cat-file", "--batch", "--buffer"], asked, cancellation), blobs.Count);
    }

    public byte[]? ReadFile(string path, int bytesMax)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(Root, path));
            var bytes = new byte[Math.Min(file.Length, bytesMax)];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<string>> HashAsync(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        if (paths.Count == 0)
        {
            return [];
        }

        var asked = Encoding.UTF8.GetBytes(string.Join('\n', paths) + "\n");
        var output = await _git.RunAsync(["hash-object", "--stdin-paths"], asked, cancellation);
        return Encoding.ASCII.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public Task<RepositoryHistory> HistoryAsync(RepositoryFacts facts, CancellationToken cancellation) =>
        new HistoryReader(_git, CacheIn(facts)).ReadAsync(facts.DefaultTip!, facts.Head, cancellation);

    /// <summary>Where the history is kept; null if it is not.</summary>
    public HistoryCache? CacheIn(RepositoryFacts facts) =>
        HistoryKey() is { } key ? new HistoryCache(Path.Combine(facts.CommonDirectory, "assay"), key) : null;

    public async Task<IReadOnlyList<HistoryChange>> ChangesSinceAsync(
        string revision, bool staged, CancellationToken cancellation)
    {
        string[] which = staged ? ["--cached"] : [];
        string[] how = ["--raw", "--no-renames", "--no-abbrev", "-z"];
        var (code, output, error) = await _git.TryRunAsync(
            ["diff", .. which, .. how, "--merge-base", revision, "--", Entries], null, cancellation);
        if (code != 0 && error.Contains("multiple merge bases", StringComparison.Ordinal))
        {
            var best = await _git.TextAsync(cancellation, "merge-base", revision, "HEAD");
            output = await _git.RunAsync(["diff", .. which, .. how, best, "--", Entries], null, cancellation);
        }
        else if (code != 0)
        {
            throw new GitException($"What changed since {revision} cannot be told: {error}");
        }

        return GitOutput.Changes(output);
    }

    public Task<ChangedRange> RangeAsync(string? since, CancellationToken cancellation) =>
        GitRange.ReadAsync(_git, since, cancellation);

    public async Task<IReadOnlyList<ForeignBlob>> ForeignAsync(CancellationToken cancellation)
    {
        var output = await _git.RunAsync(
            ["log", "--all", "--not", "HEAD", "--no-merges", "--raw", "--no-renames", "--no-abbrev", "-z", "--source",
             "--format=%x01%S", "--", Entries],
            null,
            cancellation);
        var found = new List<ForeignBlob>();
        var gone = new HashSet<string>(StringComparer.Ordinal);
        var source = "";
        using var fields = GitOutput.Fields(output).GetEnumerator();
        while (fields.MoveNext())
        {
            var field = fields.Current.TrimStart('\n');
            if (field.StartsWith('\u0001'))
            {
                source = field[1..];
            }
            else if (field.StartsWith(':') && fields.MoveNext())
            {
                var change = GitOutput.Change(field, fields.Current);
                if (change.OldBlob is { } old)
                {
                    gone.Add(change.Path + "\0" + old);
                }

                if (change.NewBlob is { } blob)
                {
                    found.Add(new ForeignBlob(source, change.Path, blob));
                }
            }
        }

        // What a later commit of the same branches changed or moved is not there any more.
        found.RemoveAll(blob => gone.Contains(blob.Path + "\0" + blob.Blob));
        return found;
    }

    private static List<TreeFile> Tracked(byte[] output)
    {
        var files = new List<TreeFile>();
        foreach (var field in GitOutput.Fields(output))
        {
            // "100644 hash 0<tab>path"; links and submodules have other modes.
            var tab = field.IndexOf('\t', StringComparison.Ordinal);
            if (tab > 0)
            {
                var parts = field[..tab].Split(' ');
                files.Add(new TreeFile(field[(tab + 1)..], parts[1]));
            }
        }

        return files;
    }

    /// <summary>Paths that differ from the index or are not in it; false if the file is not on disk any more.</summary>
    private static IEnumerable<(string Path, bool OnDisk)> WorkingTreeChanges(byte[] output)
    {
        foreach (var field in GitOutput.Fields(output))
        {
            if (field.StartsWith("? ", StringComparison.Ordinal))
            {
                yield return (field[2..], true);
            }
            else if (field.StartsWith("1 ", StringComparison.Ordinal) && field[3] != '.')
            {
                yield return (field.Split(' ', 9)[8], field[3] != 'D');
            }
            else if (field.StartsWith("u ", StringComparison.Ordinal))
            {
                yield return (field.Split(' ', 11)[10], true);
            }
        }
    }

    private static string? DefaultRef(Dictionary<string, (string Target, string Commit)> refs, string? configured)
    {
        string[] candidates = configured is not null
            ? ["refs/remotes/origin/" + configured, "refs/heads/" + configured, configured]
            : [refs.GetValueOrDefault("refs/remotes/origin/HEAD").Target ?? "", "refs/remotes/origin/main", "refs/remotes/origin/master",
               "refs/heads/main", "refs/heads/master"];
        var found = Array.Find(candidates, refs.ContainsKey);
        return found ?? (configured is null
            ? "HEAD"
            : throw new GitException($"The default branch '{configured}' of .judgment.yml is not here: fetch it."));
    }
}
