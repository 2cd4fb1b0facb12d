using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Seals;
using Assay.Judgments.Search;

namespace Assay.Server.Judgments;

/// <summary>All that is known of one repository's decisions, as of one version of it. Immutable.</summary>
internal sealed class RepositoryLog
{
    public const string DraftFolder = "draft/";

    private readonly Dictionary<string, SnapshotEntry> _byPath;
    private readonly Dictionary<Guid, JudgmentDraft> _drafts;
    private readonly Dictionary<Guid, JudgmentDecision> _decisions;
    private readonly Dictionary<Guid, WitnessLine> _seals = [];

    public RepositoryLog(
        JudgmentRepository repository,
        IReadOnlyList<SnapshotEntry> entries,
        IReadOnlyList<JudgmentDraft> drafts,
        IReadOnlyList<JudgmentDecision> decisions,
        IReadOnlyList<WitnessLine> chain)
    {
        Repository = repository;
        _byPath = entries.ToDictionary(e => e.Path, StringComparer.Ordinal);
        _drafts = drafts.ToDictionary(d => d.Id);
        _decisions = decisions.ToDictionary(d => d.EntryId);
        Decisions = decisions;
        Drafts = drafts;
        var files = new LogFile[entries.Count];
        Parallel.For(0, files.Length, i => files[i] = new LogFile(entries[i].Path, JudgmentReader.Read(Encoding.UTF8.GetBytes(entries[i].Text))));
        var inGit = files.Select(f => f.Read.Entry?.Id).ToHashSet();
        Shelf = new JudgmentShelf(repository.Name, new JudgmentLog(
        [
            .. files,
            .. drafts.Where(d => !inGit.Contains(d.Id))
                .Select(d => new LogFile(DraftFolder + d.Id.ToString("D"), JudgmentReader.Read(Encoding.UTF8.GetBytes(d.Content)))),
        ]));
        Chain = chain;
        foreach (var line in chain)
        {
            if (line.Kind == WitnessKind.Sealed)
            {
                _seals[line.Id] = line;
            }
        }

        ChainBrokenAt = WitnessChain.FirstBroken(repository.Name, chain);
        Alarms = [.. chain.Where(line => line.Kind is not WitnessKind.Sealed)];
    }

    public JudgmentRepository Repository { get; }

    public JudgmentShelf Shelf { get; }

    public JudgmentLog Log => Shelf.Log;

    public IReadOnlyList<JudgmentDraft> Drafts { get; }

    public IReadOnlyList<JudgmentDecision> Decisions { get; }

    public IReadOnlyList<WitnessLine> Chain { get; }

    /// <summary>The first line of the witness that was changed since; null if none was.</summary>
    public long? ChainBrokenAt { get; }

    /// <summary>What the witness saw besides new seals, oldest first.</summary>
    public IReadOnlyList<WitnessLine> Alarms { get; }

    /// <summary>The commit that brought an entry; null for a draft that is in no repository.</summary>
    public SnapshotEntry? CommitOf(LogEntry entry) => _byPath.GetValueOrDefault(entry.Path);

    public JudgmentDraft? DraftOf(LogEntry entry) =>
        entry.Path.StartsWith(DraftFolder, StringComparison.Ordinal) ? _drafts.GetValueOrDefault(entry.Judgment.Id) : null;

    public JudgmentDecision? DecisionOf(Guid id) => _decisions.GetValueOrDefault(id);

    public WitnessLine? SealOf(Guid id) => _seals.GetValueOrDefault(id);

    /// <summary>The text of an entry as it was pushed or handed in.</summary>
    public string TextOf(LogEntry entry) => CommitOf(entry)?.Text ?? DraftOf(entry)?.Content ?? JudgmentWriter.Write(entry.Judgment);
}
