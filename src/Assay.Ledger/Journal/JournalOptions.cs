namespace Assay.Ledger.Journal;

/// <summary>What an acknowledged entry survives.</summary>
public enum Durability
{
    /// <summary>
    /// An entry is acknowledged once the operating system has it: it survives the death of this process
    /// (<c>kill -9</c>, out of memory). A power cut can lose what was appended since the last sync, which the journal
    /// makes at least every <see cref="JournalOptions.SyncEvery"/>.
    /// </summary>
    Process,

    /// <summary>An entry is acknowledged once it is on disk: it survives a power cut. Concurrent appends share a sync.</summary>
    Disk,
}

/// <summary>How a journal is kept.</summary>
public sealed record JournalOptions
{
    /// <summary>The directory of the segment files and of the lock file; made if it does not exist.</summary>
    public required string Directory { get; init; }

    /// <summary>What an acknowledged entry survives. Default: <see cref="Durability.Process"/>.</summary>
    public Durability Durability { get; init; } = Durability.Process;

    /// <summary>
    /// A segment is closed by the group of entries that reaches this size; a new file follows. Default: 64 MiB.
    /// </summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>How many entries may be accepted and not yet written; further appends wait. Default: 8192.</summary>
    public int QueueEntriesMax { get; init; } = 8192;

    /// <summary>How often written entries are synced to disk with <see cref="Durability.Process"/>. Default: 1 s.</summary>
    public TimeSpan SyncEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The lowest position at which the next entry may stand; pass the store's watermark. It matters in two cases: the
    /// directory is new although the store already applied a journal of this node, or a power cut lost entries
    /// (<see cref="Durability.Process"/>) that the store had applied. Default: 0.
    /// </summary>
    public long FirstPosition { get; init; }

    /// <summary>The file system; replaced in tests to inject faults.</summary>
    internal ISegmentFiles Files { get; init; } = DiskSegmentFiles.Instance;

    /// <summary>What cannot be; null if nothing.</summary>
    internal string? Problem() =>
        string.IsNullOrWhiteSpace(Directory) ? $"{nameof(Directory)} is empty."
        : SegmentBytes <= SegmentHeader.Bytes ? $"{nameof(SegmentBytes)} must be more than {SegmentHeader.Bytes}."
        : QueueEntriesMax < 1 ? $"{nameof(QueueEntriesMax)} must be at least 1."
        : SyncEvery <= TimeSpan.Zero ? $"{nameof(SyncEvery)} must be more than zero."
        : FirstPosition < 0 ? $"{nameof(FirstPosition)} must not be negative."
        : null;
}
