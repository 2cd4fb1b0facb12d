namespace Assay.Ledger.Journal;

/// <summary>What was found when a journal was opened.</summary>
/// <param name="Segments">Segment files.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="CutBytes">Bytes of a torn tail that were cut off: the end of a write that was never acknowledged.</param>
/// <param name="SkippedPositions">Positions left out to begin at <see cref="JournalOptions.FirstPosition"/>.</param>
/// <param name="OpenReservations">Reservations without a settlement, oldest first.</param>
public sealed record JournalOpening(
    int Segments,
    long Entries,
    long CutBytes,
    long SkippedPositions,
    IReadOnlyList<OpenReservation> OpenReservations);

/// <summary>Checks every retained segment, cuts a torn tail, and gives the writer its place.</summary>
internal sealed class Opening(JournalOptions options, Action<JournalEntry, long>? replay)
{
    private readonly ISegmentFiles _files = options.Files;
    private readonly StringCache _strings = new();
    private readonly Recovery _recovery = new();
    private readonly CallRules _rules = new();
    private readonly SegmentIndex _index = new();
    private long _cutBytes;

    public (SegmentIndex Index, SegmentWriter Writer, JournalOpening Opening) Run()
    {
        var firsts = FirstPositions();
        DropUnfinished(firsts);

        Segment? last = null;
        long tail = 0;
        for (var i = 0; i < firsts.Count; i++)
        {
            var previousEnd = tail;
            var segment = ReadSegment(firsts[i], last is null ? null : tail, isLast: i == firsts.Count - 1, out tail);
            if (last is not null)
            {
                last.EndPosition = previousEnd;
            }

            last = segment;
        }

        long skipped = 0;
        ISegmentFile file;
        if (last is null)
        {
            tail = options.FirstPosition;
            (last, file) = Begin(new SegmentHeader(tail, tail));
        }
        else if (tail < options.FirstPosition)
        {
            skipped = options.FirstPosition - tail;
            last.EndPosition = tail;
            (last, file) = Begin(new SegmentHeader(options.FirstPosition, tail));
            tail = options.FirstPosition;
        }
        else
        {
            file = _files.Open(last.Path, writable: true);
        }

        // From here on everything that was read is also on disk: the writer begins with nothing unsynced.
        file.Sync();
        var opening = new JournalOpening(
            _index.Count, _recovery.Entries, _cutBytes, skipped, _recovery.OpenReservations);
        return (_index, new SegmentWriter(options, _index, _rules, last, file, tail), opening);
    }

    private (Segment Segment, ISegmentFile File) Begin(SegmentHeader header)
    {
        var made = SegmentFactory.Create(options, header);
        _index.Add(made.Segment);
        return made;
    }

    private string PathOf(long firstPosition) =>
        Path.Combine(options.Directory, SegmentHeader.FileName(firstPosition));

    private List<long> FirstPositions()
    {
        var firsts = new List<long>();
        foreach (var name in _files.List(options.Directory))
        {
            if (SegmentHeader.TryParseFileName(name, out var first))
            {
                firsts.Add(first);
            }
        }

        firsts.Sort();
        return firsts;
    }

    /// <summary>
    /// A crash while a segment was being made leaves a last file without a whole header and without entries.
    /// </summary>
    private void DropUnfinished(List<long> firsts)
    {
        if (firsts.Count == 0)
        {
            return;
        }

        var path = PathOf(firsts[^1]);
        using (var file = _files.Open(path, writable: false))
        {
            if (file.Length > SegmentHeader.Bytes || SegmentHeader.Check(file, firsts[^1], out _) is null)
            {
                return;
            }
        }

        _files.Delete(path);
        if (firsts.Count == 1)
        {
            // The position is in the name: go on there.
            var (_, made) = SegmentFactory.Create(options, new SegmentHeader(firsts[0], firsts[0]));
            made.Dispose();
        }
        else
        {
            firsts.RemoveAt(firsts.Count - 1);
        }
    }

    private Segment ReadSegment(long firstPosition, long? previousEnd, bool isLast, out long end)
    {
        var path = PathOf(firstPosition);
        using var file = _files.Open(path, writable: isLast);
        var segment = new Segment(path, ReadHeader(file, path, firstPosition, previousEnd));
        _index.Add(segment);
        var cursor = new SegmentCursor(file, segment.FirstPosition);
        var length = file.Length;
        while (true)
        {
            var (offset, position) = (cursor.Offset, cursor.Position);
            var status = cursor.Next(length, out var record);
            if (status == FrameStatus.Whole)
            {
                Take(Decode(record, segment, offset), segment, offset, position);
                continue;
            }

            if (status != FrameStatus.End)
            {
                CutTail(file, segment, cursor, status, isLast);
            }

            end = cursor.Position;
            return segment;
        }
    }

    private static SegmentHeader ReadHeader(ISegmentFile file, string path, long firstPosition, long? previousEnd)
    {
        if (SegmentHeader.Check(file, firstPosition, out var header) is { } problem)
        {
            throw new JournalCorruptException(path, 0, problem);
        }

        return previousEnd is null || header.PreviousEnd == previousEnd
            ? header
            : throw new JournalCorruptException(
                path,
                0,
                $"it follows position {header.PreviousEnd}, but the file before it ends at {previousEnd}; a file is "
                + "missing.");
    }

    private void Take(JournalEntry entry, Segment segment, long offset, long position)
    {
        try
        {
            _rules.Admit(entry, segment)?.Release();
        }
        catch (JournalInvariantException error)
        {
            throw new JournalInvariantException(
                $"{segment.Path}, offset {offset}: {error.Message} The ledger does not start on entries that contradict "
                + "each other. Find both in a dump of the journal before anything is removed.");
        }

        _recovery.Apply(entry, position);
        replay?.Invoke(entry, position);
    }

    private JournalEntry Decode(ReadOnlySpan<byte> record, Segment segment, long offset)
    {
        try
        {
            return EntryCodec.Decode(record, _strings);
        }
        catch (JournalFormatException error)
        {
            throw new JournalFormatException($"{segment.Path}, offset {offset}: {error.Message}");
        }
    }

    private void CutTail(ISegmentFile file, Segment segment, SegmentCursor cursor, FrameStatus status, bool isLast)
    {
        var problem = status == FrameStatus.Short ? "the file ends inside a record." : "a record's checksum is wrong.";
        if (!isLast)
        {
            throw new JournalCorruptException(segment.Path, cursor.Offset, problem);
        }

        if (TornTail.FindProof(file, segment.FirstPosition, cursor.Offset) is { } later)
        {
            throw new JournalCorruptException(
                segment.Path, cursor.Offset, $"{problem[..^1]}, but a whole record follows at {later}.");
        }

        _cutBytes = file.Length - cursor.Offset;
        file.SetLength(cursor.Offset);
        file.Sync();
    }
}
