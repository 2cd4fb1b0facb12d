using Assay.Judgments.Entries;

namespace Assay.Judgments.Seals;

/// <summary>What the ledger needs to know of a blob: whose entry it is, and whether it is accepted.</summary>
public readonly record struct BlobFacts(Guid Id, bool IsAccepted)
{
    public static BlobFacts? Of(ReadEntry read) =>
        read.Entry is { } entry ? new BlobFacts(entry.Id, entry.Status == JudgmentStatus.Accepted) : null;
}

/// <summary>An entry's blob on the day it first stood as accepted on the default branch.</summary>
/// <param name="Path">Where it stands now.</param>
public sealed record Seal(Guid Id, string Blob, string Path, string Commit, DateTimeOffset At);

public enum SealBreach
{
    Edited,
    Deleted,
}

/// <param name="Commit">Empty if it is not committed yet.</param>
public sealed record BrokenSeal(SealBreach Breach, Seal Seal, string Path, string Commit, DateTimeOffset At)
{
    /// <summary>The commit that brought the sealed blob back; null if it is still missing.</summary>
    public string? RestoredIn { get; internal set; }
}

/// <summary>
/// Replays the first-parent history of the default branch. A blob is sealed when it first appears as accepted; from then
/// on its entry may move, but not change and not go. Identity is the id inside the file, so a rename is no change.
/// </summary>
public sealed class SealLedger
{
    private readonly Func<string, BlobFacts?> _factsOf;
    private readonly Dictionary<Guid, Seal> _seals = [];
    private readonly Dictionary<Guid, string> _pathOf = [];
    private readonly Dictionary<string, Guid> _idAt = new(StringComparer.Ordinal);
    private readonly List<BrokenSeal> _broken = [];

    public static SealLedger Empty { get; } = new(_ => null);

    /// <param name="factsOf">Reads a blob; null if it is no entry.</param>
    public SealLedger(Func<string, BlobFacts?> factsOf) => _factsOf = factsOf;

    public IReadOnlyCollection<Seal> Seals => _seals.Values;

    public IReadOnlyList<BrokenSeal> Broken => _broken;

    public Seal? Find(Guid id) => _seals.GetValueOrDefault(id);

    /// <summary>Applies one commit. What is not committed is applied as one with an empty id, which seals nothing.</summary>
    public void Apply(HistoryCommit commit)
    {
        var arrived = Arrivals(commit);
        var left = new Dictionary<Guid, HistoryChange>();
        foreach (var change in commit.Changes)
        {
            if (change.OldBlob is not null && _idAt.Remove(change.Path, out var id))
            {
                left[id] = change;
                _pathOf.Remove(id);
            }
        }

        foreach (var (id, change) in arrived)
        {
            Arrive(commit, id, change, left.GetValueOrDefault(id));
        }

        foreach (var (id, change) in left)
        {
            if (!arrived.ContainsKey(id))
            {
                Break(change.NewBlob is null ? SealBreach.Deleted : SealBreach.Edited, id, change.Path, commit);
            }
        }
    }

    /// <summary>The new blobs by id. Of two with one id the sealed one is the entry; lint reports the other.</summary>
    private Dictionary<Guid, HistoryChange> Arrivals(HistoryCommit commit)
    {
        var arrived = new Dictionary<Guid, HistoryChange>();
        foreach (var change in commit.Changes)
        {
            if (change.NewBlob is { } blob && _factsOf(blob) is { } facts
                && (!arrived.ContainsKey(facts.Id) || _seals.GetValueOrDefault(facts.Id)?.Blob == blob))
            {
                arrived[facts.Id] = change;
            }
        }

        return arrived;
    }

    private void Arrive(HistoryCommit commit, Guid id, HistoryChange change, HistoryChange? left)
    {
        var blob = change.NewBlob!;
        if (!_seals.TryGetValue(id, out var seal))
        {
            if (commit.Id.Length > 0 && _factsOf(blob) is { IsAccepted: true })
            {
                _seals[id] = new Seal(id, blob, change.Path, commit.Id, commit.At);
                Place(id, change.Path);
            }
        }
        else if (_pathOf.ContainsKey(id))
        {
            // The entry still stands where it was: this is a second file with its id, which lint reports.
        }
        else if (seal.Blob == blob)
        {
            Place(id, change.Path);
            foreach (var broken in _broken)
            {
                if (broken.Seal.Id == id)
                {
                    broken.RestoredIn ??= commit.Id;
                }
            }
        }
        else
        {
            // An edited entry that only moves was reported when it was edited.
            if (left?.OldBlob != blob)
            {
                Break(SealBreach.Edited, id, change.Path, commit);
            }

            Place(id, change.Path);
        }
    }

    private void Place(Guid id, string path)
    {
        _seals[id] = _seals[id] with { Path = path };
        _pathOf[id] = path;
        _idAt[path] = id;
    }

    private void Break(SealBreach breach, Guid id, string path, HistoryCommit commit) =>
        _broken.Add(new BrokenSeal(breach, _seals[id], path, commit.Id, commit.At));
}
