using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Lint;

/// <param name="Staged">Check what is in the index, as a pre-commit hook does.</param>
/// <param name="History">Verify seals, and compare with other branches.</param>
public sealed record CheckOptions(DateTimeOffset Now, bool Staged = false, bool History = true, string? DefaultBranch = null);

/// <param name="Context">The log and what is known around it.</param>
/// <param name="Findings">In no order yet.</param>
public sealed record CheckResult(LintContext Context, IReadOnlyList<Finding> Findings)
{
    /// <summary>True if the check could not be made: then nothing that it did not find means anything.</summary>
    public bool IsImpossible => Findings.Any(f => f.Rule == "JL102");
}

/// <summary>Loads the entries of a repository and checks them, with as few git processes as it takes.</summary>
public sealed class RepositoryCheck
{
    private const int BlobsInShare = 1_000;

    private readonly IRepository _repository;
    private readonly Dictionary<string, ReadEntry> _byBlob = new(StringComparer.Ordinal);

    public RepositoryCheck(IRepository repository) => _repository = repository;

    public static Task<CheckResult> RunAsync(IRepository repository, CheckOptions options, CancellationToken cancellation) =>
        new RepositoryCheck(repository).RunAsync(options, cancellation);

    /// <summary>Only reads the entries; nothing is checked.</summary>
    public static async Task<JudgmentLog> LoadAsync(IRepository repository, CancellationToken cancellation)
    {
        var check = new RepositoryCheck(repository);
        var files = (await repository.FilesAsync(staged: false, cancellation)).Where(IsEntry).ToList();
        return await check.ReadAsync(files, cancellation);
    }

    private static bool IsEntry(TreeFile file) => file.Path.EndsWith(JudgmentReader.FileSuffix, StringComparison.Ordinal);

    private async Task<CheckResult> RunAsync(CheckOptions options, CancellationToken cancellation)
    {
        var describing = _repository.DescribeAsync(options.DefaultBranch, cancellation);
        var listing = _repository.FilesAsync(options.Staged, cancellation);
        var facts = await describing;
        var all = await listing;
        var entries = all.Where(IsEntry).ToList();
        if (options.History && facts.IsShallow)
        {
            var shallow = Linter.Report("JL102", "", (1, 1),
                "This clone is shallow, so that seals cannot be verified: fetch the whole history (git fetch --unshallow; in CI fetch-depth: 0).");
            return new CheckResult(LintContext.WithoutHistory(new JudgmentLog([]), options.Now), [shallow]);
        }

        IReadOnlyList<HistoryChange> changes = facts.Head is null || !(options.History || options.Staged)
            ? []
            : await _repository.ChangesSinceAsync(facts.DefaultRef!, options.Staged, cancellation);
        var history = options.History && facts.Head is not null
            ? await HistoryAsync(facts, changes, entries, options.Staged, cancellation)
            : HistoryFacts.None;
        var changed = options.Staged && facts.Head is not null
            ? changes.Select(c => c.Path).ToHashSet(StringComparer.Ordinal)
            : null;
        var log = changed is null ? await ReadAsync(entries, cancellation) : await ReadPartAsync(entries, changed, cancellation);
        var context = new LintContext(
            log, options.Now, history.Seals, history.FirstSeen, BlobsByPath(entries), options.Staged ? null : Sorted(all), changed is not null);
        var findings = new List<Finding>(Linter.Check(context).Where(f =>
            changed is null || changed.Contains(f.Path) || f.Rule is "JL100" or "JL101"));
        ForeignIds.Check(context, history.Foreign, blob => _byBlob.GetValueOrDefault(blob), findings);
        return new CheckResult(context, findings);
    }

    private static Func<string, string?> BlobsByPath(List<TreeFile> entries)
    {
        var blobs = new Dictionary<string, string>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Blob is { } blob)
            {
                blobs[entry.Path] = blob;
            }
        }

        return path => blobs.GetValueOrDefault(path);
    }

    /// <summary>
    /// Reads the entries that changed, and of the others only those in which an id of theirs stands: a hook has a tenth of a
    /// second for a thousand entries, and searching bytes is a hundred times faster than reading YAML.
    /// </summary>
    private async Task<JudgmentLog> ReadPartAsync(List<TreeFile> entries, HashSet<string> changed, CancellationToken cancellation)
    {
        var mine = entries.Where(e => changed.Contains(e.Path)).ToList();
        if (mine.Count == 0)
        {
            return new JudgmentLog([]);
        }

        var read = await ReadAsync(mine, cancellation);
        var ids = new HashSet<Guid>();
        foreach (var entry in read.Entries)
        {
            ids.Add(entry.Judgment.Id);
            ids.UnionWith(entry.Judgment.Supersedes);
            ids.UnionWith(entry.Judgment.RespondsTo.Select(r => r.Id));
            ids.UnionWith(entry.Judgment.Reviews is { } reviewed ? [reviewed] : []);
        }

        var needles = ids.Select(id => Encoding.ASCII.GetBytes(id.ToString("D"))).ToList();
        var others = entries.Where(e => !changed.Contains(e.Path)).ToList();
        var contents = await _repository.BlobsAsync([.. others.Select(e => e.Blob!)], cancellation);
        var files = new List<LogFile>(read.Files);
        for (var i = 0; i < others.Count; i++)
        {
            if (contents[i] is { } bytes && needles.Exists(id => bytes.AsSpan().IndexOf(id) >= 0))
            {
                files.Add(new LogFile(others[i].Path, JudgmentReader.Read(bytes)));
            }
        }

        return new JudgmentLog(files);
    }

    private async Task<HistoryFacts> HistoryAsync(
        RepositoryFacts facts,
        IReadOnlyList<HistoryChange> changes,
        List<TreeFile> entries,
        bool staged,
        CancellationToken cancellation)
    {
        // Before a commit nothing but a change of an entry that was accepted there can break a seal.
        if (staged && !await IsAcceptedEntryChangedAsync(changes, cancellation))
        {
            return HistoryFacts.None;
        }

        var whole = _repository.HistoryAsync(facts, cancellation);
        var foreign = staged
            ? Task.FromResult<IReadOnlyList<ForeignBlob>>([])
            : _repository.ForeignAsync(cancellation);

        // The entries are read while git walks the history, which takes as long.
        await LoadBlobsAsync(staged ? [] : entries.Select(e => e.Blob), cancellation);
        var history = await whole;
        var others = await foreign;
        changes = await WithHashesAsync(changes, entries, cancellation);
        await LoadBlobsAsync(
            history.Main.SelectMany(c => c.Changes).Concat(changes).SelectMany(c => (string?[])[c.OldBlob, c.NewBlob])
                .Concat(others.Select(o => o.Blob)).Concat(entries.Select(e => e.Blob)),
            cancellation);

        var seals = new SealLedger(blob => _byBlob.TryGetValue(blob, out var read) ? BlobFacts.Of(read) : null);
        foreach (var commit in history.Main)
        {
            seals.Apply(commit);
        }

        seals.Apply(new HistoryCommit("", default, "", [], changes));
        return new HistoryFacts(seals, staged ? FirstSeenTable.Empty : new FirstSeenTable(history.All), others);
    }

    private async Task<bool> IsAcceptedEntryChangedAsync(IReadOnlyList<HistoryChange> changes, CancellationToken cancellation)
    {
        await LoadBlobsAsync(changes.Select(c => c.OldBlob), cancellation);
        return changes.Any(c => c.OldBlob is { } old && _byBlob[old].Entry is not { Status: not JudgmentStatus.Accepted });
    }

    /// <summary>
    /// Names the blobs of files that are not in the index as they are. That costs a process, so it is done only when
    /// something that was there before has changed.
    /// </summary>
    private async Task<IReadOnlyList<HistoryChange>> WithHashesAsync(
        IReadOnlyList<HistoryChange> changes, List<TreeFile> entries, CancellationToken cancellation)
    {
        if (!changes.Any(change => change.OldBlob is not null))
        {
            return changes;
        }

        var loose = entries.Where(e => e.Blob is null).Select(e => e.Path).ToList();
        var hashes = await _repository.HashAsync(loose, cancellation);
        var byPath = loose.Zip(hashes).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        foreach (var (path, hash) in byPath)
        {
            _byBlob.TryAdd(hash, ReadLoose(path));
        }

        var known = changes.ToDictionary(c => c.Path, StringComparer.Ordinal);
        foreach (var (path, hash) in byPath)
        {
            known[path] = known.TryGetValue(path, out var change) ? change with { NewBlob = hash } : new HistoryChange(path, null, hash);
        }

        return [.. known.Values];
    }

    private async Task<JudgmentLog> ReadAsync(List<TreeFile> entries, CancellationToken cancellation)
    {
        await LoadBlobsAsync(entries.Select(e => e.Blob), cancellation);
        var files = new LogFile[entries.Count];
        for (var i = 0; i < files.Length; i++)
        {
            var entry = entries[i];
            files[i] = new LogFile(entry.Path, entry.Blob is { } blob ? _byBlob[blob] : ReadLoose(entry.Path));
        }

        return new JudgmentLog(files);
    }

    private ReadEntry ReadLoose(string path) =>
        _repository.ReadFile(path, SourceText.BytesMax + 1) is { } bytes
            ? JudgmentReader.Read(bytes)
            : new ReadEntry(null, [new Yaml.Fault(1, 1, "The file cannot be read.")], null);

    /// <summary>Reads blobs in shares, so that entries are parsed while git unpacks the next ones.</summary>
    private async Task LoadBlobsAsync(IEnumerable<string?> blobs, CancellationToken cancellation)
    {
        var missing = blobs.OfType<string>().Where(b => !_byBlob.ContainsKey(b) && b.AsSpan().ContainsAnyExcept('0'))
            .Distinct(StringComparer.Ordinal).ToArray();
        var read = new ReadEntry[missing.Length];
        await Parallel.ForAsync(0, (missing.Length + BlobsInShare - 1) / BlobsInShare, cancellation, async (share, ct) =>
        {
            var from = share * BlobsInShare;
            var mine = missing[from..Math.Min(missing.Length, from + BlobsInShare)];
            var contents = await _repository.BlobsAsync(mine, ct);
            for (var i = 0; i < mine.Length; i++)
            {
                read[from + i] = contents[i] is { } bytes
                    ? JudgmentReader.Read(bytes)
                    : new ReadEntry(null, [new Yaml.Fault(1, 1, $"git has no blob {mine[i]}.")], null);
            }
        });
        for (var i = 0; i < missing.Length; i++)
        {
            _byBlob[missing[i]] = read[i];
        }
    }

    private static List<string> Sorted(IReadOnlyList<TreeFile> files)
    {
        var paths = files.Select(f => f.Path).ToList();
        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    private sealed record HistoryFacts(SealLedger Seals, FirstSeenTable FirstSeen, IReadOnlyList<ForeignBlob> Foreign)
    {
        public static HistoryFacts None { get; } = new(SealLedger.Empty, FirstSeenTable.Empty, []);
    }
}
