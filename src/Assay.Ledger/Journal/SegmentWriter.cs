namespace Assay.Ledger.Journal;

/// <summary>
/// Writes groups of entries to the last segment and begins a new one when it is full. One thread at a time, the one
/// that holds the <see cref="AppendQueue"/>'s turn; only <see cref="Sync"/> may run beside it.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    /// <summary>A group is written when it reaches this size, so that memory stays small.</summary>
    public const int GroupBytes = 256 << 10;

    private readonly JournalOptions _options;
    private readonly SegmentIndex _index;
    private readonly CallRules _rules;
    private readonly RecordWriter _group = new(GroupBytes + Frame.HeadBytes + Frame.RecordBytesMax);
    private readonly List<Segment> _released = [];
    private readonly Lock _syncGate = new();
    private Segment _segment;
    private ISegmentFile _file;
    private long _appended;
    private long _synced;

    public SegmentWriter(
        JournalOptions options,
        SegmentIndex index,
        CallRules rules,
        Segment segment,
        ISegmentFile file,
        long tail)
    {
        _options = options;
        _index = index;
        _rules = rules;
        _segment = segment;
        _file = file;
        _appended = _synced = tail;
    }

    /// <summary>The end of what is written, and with <see cref="Durability.Disk"/> synced.</summary>
    public long AppendedPosition => Volatile.Read(ref _appended);

    /// <summary>The end of what is known to be on disk.</summary>
    public long SyncedPosition => Volatile.Read(ref _synced);

    public bool GroupIsFull => _group.Length >= GroupBytes;

    /// <summary>Adds an entry to the group that is next written. A throw leaves the group as it was.</summary>
    /// <returns>The position behind the entry.</returns>
    public long Add(JournalEntry entry)
    {
        var start = _group.Length;
        _group.Skip(Frame.HeadBytes);
        try
        {
            EntryCodec.Encode(_group, entry);
            var recordBytes = _group.Length - start - Frame.HeadBytes;
            if (recordBytes > Frame.RecordBytesMax)
            {
                throw new JournalEntryTooLargeException(
                    $"A {entry.GetType().Name} entry of {recordBytes} bytes is larger than the {Frame.RecordBytesMax} "
                    + "bytes that a record may have. Limit the texts that clients can set.");
            }

            if (_rules.Admit(entry, _segment) is { } resolved)
            {
                _released.Add(resolved);
            }
        }
        catch
        {
            _group.Truncate(start);
            throw;
        }

        var position = _appended + start;
        Frame.Seal(_group.Part(start, _group.Length - start), MarksAt(position), position);
        return _appended + _group.Length;
    }

    /// <summary>To be called before the first entry of a group: begins a new segment if the last is full.</summary>
    public void BeginGroup()
    {
        if (_appended - _segment.FirstPosition + SegmentHeader.Bytes >= _options.SegmentBytes)
        {
            Rotate();
        }
    }

    /// <summary>Writes the group; with durability disk, also syncs it.</summary>
    public void WriteGroup()
    {
        if (_group.Length == 0)
        {
            return;
        }

        var offset = _appended - _segment.FirstPosition + SegmentHeader.Bytes;
        try
        {
            if (_options.Durability == Durability.Disk)
            {
                _file.Write(_group.Written, offset);
            }
            else
            {
                _file.Append(_group.Written, offset);
            }
        }
        catch
        {
            CutBack(offset);
            throw;
        }

        var end = _appended + _group.Length;
        if (_options.Durability == Durability.Disk)
        {
            lock (_syncGate)
            {
                _file.Sync();
                Volatile.Write(ref _synced, end);
            }
        }

        foreach (var segment in _released)
        {
            segment.Release();
        }

        _released.Clear();
        _group.Truncate(0);
        Volatile.Write(ref _appended, end);
    }

    /// <summary>Puts everything that is written so far on disk. Safe beside the writing thread.</summary>
    public void Sync()
    {
        lock (_syncGate)
        {
            var end = AppendedPosition;
            if (SyncedPosition < end)
            {
                // A segment that was closed since is synced already (Rotate), so the current file is all there is.
                _file.Sync();
                Volatile.Write(ref _synced, end);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private FrameMarks MarksAt(long position)
    {
        var marks = _options.Durability == Durability.Disk ? FrameMarks.Disk : FrameMarks.None;
        return position == SyncedPosition ? marks | FrameMarks.Barrier : marks;
    }

    /// <summary>
    /// The full segment is on disk before the next one exists: only the last segment can ever have a torn tail.
    /// </summary>
    private void Rotate()
    {
        lock (_syncGate)
        {
            // Appending may have made it longer than what stands in it.
            _file.SetLength(_appended - _segment.FirstPosition + SegmentHeader.Bytes);
            _file.Sync();
            Volatile.Write(ref _synced, _appended);
            var (segment, file) = SegmentFactory.Create(_options, new SegmentHeader(_appended, _appended));
            _file.Dispose();
            _file = file;
            _segment.EndPosition = _appended;
            _segment = segment;
            _index.Add(segment);
        }
    }

    /// <summary>Best effort: the next start cuts a torn tail as well.</summary>
    private void CutBack(long offset)
    {
        try
        {
            _file.SetLength(offset);
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}

internal static class SegmentFactory
{
    /// <summary>Makes a segment file with its header, which survives a power cut before anything is written to it.</summary>
    public static (Segment Segment, ISegmentFile File) Create(JournalOptions options, SegmentHeader header)
    {
        var path = Path.Combine(options.Directory, SegmentHeader.FileName(header.FirstPosition));
        var file = options.Files.Create(path);
        try
        {
            Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
            header.Write(bytes);
            file.Write(bytes, 0);
            file.Sync();
            options.Files.SyncDirectory(options.Directory);
            return (new Segment(path, header), file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
