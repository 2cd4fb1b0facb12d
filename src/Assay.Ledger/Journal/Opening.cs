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

/// <summary>
/// Checks every retained segment, cuts a torn tail, and gives the writer its place. Segments are read side by side, as
/// many as there are processors, and taken in one after the other.
/// </summary>
/// <param name="options">How the journal is kept.</param>
/// <param name="book">What is retained is replayed into it; null if nobody wants it.</param>
/// <param name="chargedBefore">The position before which the book has every charge.</param>
internal sealed class Opening(JournalOptions options, Book.Book? book, long chargedBefore)
{
    private readonly ISegmentFiles _files = options.Files;
    private readonly Recovery _recovery = new();
    private readonly CallRules _rules = new();
    private readonly SegmentIndex _index = new();
    private readonly Queue<List<FoldedCall>> _latest = new();
    private int _latestCount;
    private long _entries;
    private long _cutBytes;

    public (SegmentIndex Index, SegmentWriter Writer, JournalOpening Opening) Run()
    {
        var firsts = FirstPositions();
        DropUnfinished(firsts);

        Segment? last = null;
        long tail = 0;
        foreach (var sums in ReadAhead(firsts))
        {
            var segment = new Segment(PathOf(sums.Header.FirstPosition), sums.Header);
            CheckFollows(segment, last is null ? null : tail);
            if (last is not null)
            {
                last.EndPosition = tail;
            }

            _index.Add(segment);
            Take(sums, segment);
            if (sums.Status != FrameStatus.End)
            {
                CutTail(segment, sums, isLast: segment.FirstPosition == firsts[^1]);
            }

            tail = sums.EndPosition;
            last = segment;
        }

        foreach (var calls in _latest)
        {
            book?.Remember(calls);
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
            _index.Count, _entries, _cutBytes, skipped, _recovery.OpenReservations);
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

    private IEnumerable<SegmentSums> ReadAhead(List<long> firsts)
    {
        var reading = new Queue<Task<SegmentSums>>();
        var next = 0;
        try
        {
            while (next < firsts.Count || reading.Count > 0)
            {
                while (next < firsts.Count && reading.Count <= Environment.ProcessorCount)
                {
                    var first = firsts[next++];
                    reading.Enqueue(Task.Run(() => Read(first)));
                }

                yield return reading.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            // After a fault the others still have their files open; what they found stands behind it.
            Task.WaitAny(Task.WhenAll(reading));
        }
    }

    private SegmentSums Read(long firstPosition)
    {
        var path = PathOf(firstPosition);
        using var file = _files.Open(path, writable: false);
        return SegmentFolder.Run(path, file, firstPosition, chargedBefore);
    }

    private static void CheckFollows(Segment segment, long? previousEnd)
    {
        if (previousEnd is not null && segment.PreviousEnd != previousEnd)
        {
            throw new JournalCorruptException(
                segment.Path,
                0,
                $"it follows position {segment.PreviousEnd}, but the file before it ends at {previousEnd}; a file is "
                + "missing.");
        }
    }

    private void Take(SegmentSums sums, Segment segment)
    {
        var offset = (long?)null;
        try
        {
            _rules.Admit(sums.Calls);
            foreach (var placed in sums.Rest)
            {
                offset = placed.Offset;
                _rules.Admit(placed.Entry, segment)?.Release();
                _recovery.Apply(placed.Entry, placed.Position);
            }
        }
        catch (JournalInvariantException error)
        {
            throw new JournalInvariantException(
                $"{segment.Path}{(offset is null ? "" : $", offset {offset}")}: {error.Message} The ledger does not start "
                + "on entries that contradict each other. Find both in a dump of the journal before anything is removed.");
        }

        _entries += sums.Entries;
        book?.Apply(sums, chargedBefore);
        KeepLatest(sums.Calls);
    }

    /// <summary>A book remembers no more ids than the rules do, and these are the last: it is told them at the end.</summary>
    private void KeepLatest(List<FoldedCall> calls)
    {
        _latest.Enqueue(calls);
        _latestCount += calls.Count;
        while (_latestCount - _latest.Peek().Count >= CallRules.SettledMax)
        {
            _latestCount -= _latest.Dequeue().Count;
        }
    }

    private void CutTail(Segment segment, SegmentSums sums, bool isLast)
    {
        var problem = sums.Status == FrameStatus.Short ? "the file ends inside a record." : "a record's checksum is wrong.";
        if (!isLast)
        {
            throw new JournalCorruptException(segment.Path, sums.EndOffset, problem);
        }

        using var file = _files.Open(segment.Path, writable: true);
        if (TornTail.FindProof(file, segment.FirstPosition, sums.EndOffset) is { } later)
        {
            throw new JournalCorruptException(
                segment.Path, sums.EndOffset, $"{problem[..^1]}, but a whole record follows at {later}.");
        }

        _cutBytes = TornTail.End(file, sums.EndOffset) - sums.EndOffset;
        file.SetLength(sums.EndOffset);
        file.Sync();
    }
}
