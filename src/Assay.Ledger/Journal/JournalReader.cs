using System.Diagnostics.CodeAnalysis;

namespace Assay.Ledger.Journal;

/// <summary>
/// Reads entries in their order while others append. Not for several threads at once. Reads in large pieces and never
/// beyond <see cref="Journal.AppendedPosition"/>.
/// </summary>
public sealed class JournalReader : IDisposable
{
    private readonly Journal _journal;
    private readonly SegmentIndex _index;
    private readonly ISegmentFiles _files;
    private readonly StringCache _strings = new();
    private Segment _segment;
    private ISegmentFile _file;
    private SegmentCursor _cursor;

    internal JournalReader(Journal journal, SegmentIndex index, ISegmentFiles files, long fromPosition)
    {
        _journal = journal;
        _index = index;
        _files = files;
        _segment = index.Find(fromPosition) ?? throw OutOfRange(fromPosition);
        if (fromPosition > _segment.EndPosition)
        {
            // In a gap that FirstPosition left: nothing stands there.
            _segment = index.After(_segment) ?? throw OutOfRange(fromPosition);
            fromPosition = _segment.FirstPosition;
        }

        if (fromPosition > journal.AppendedPosition)
        {
            throw OutOfRange(fromPosition);
        }

        Open(_segment);
        _cursor.Seek(fromPosition - _segment.FirstPosition + SegmentHeader.Bytes);
    }

    /// <summary>The position of the next entry.</summary>
    public long Position => _cursor.Position;

    /// <summary>Reads the next entry; false if none is appended yet.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="nextPosition">Where the entry after it begins; the watermark once this entry is applied.</param>
    public bool TryRead([NotNullWhen(true)] out JournalEntry? entry, out long nextPosition) =>
        TryRead(chargesOnly: false, out entry, out nextPosition);

    /// <summary>
    /// Reads past the next entry; decodes it only if it says what accounts are charged. What a projector needs, at half
    /// the cost.
    /// </summary>
    /// <param name="charge">A <see cref="Settled"/> or <see cref="Carried"/>; null if the entry is of another kind.</param>
    /// <param name="nextPosition">Where the entry after it begins.</param>
    /// <returns>False if none is appended yet.</returns>
    public bool TryReadCharge(out JournalEntry? charge, out long nextPosition) =>
        TryRead(chargesOnly: true, out charge, out nextPosition);

    private bool TryRead(bool chargesOnly, out JournalEntry? entry, out long nextPosition)
    {
        while (true)
        {
            // This order: an end that was published later than the segment's close is always beyond that segment.
            var appended = _journal.AppendedPosition;
            var segmentEnd = _segment.EndPosition;
            var end = Math.Min(appended, segmentEnd);
            var offset = _cursor.Offset;
            var status = _cursor.Next(end - _segment.FirstPosition + SegmentHeader.Bytes, out var record);
            nextPosition = _cursor.Position;
            if (status == FrameStatus.Whole)
            {
                entry = chargesOnly && EntryCodec.IsNoCharge(record)
                    ? null
                    : EntryCodec.Decode(record, _strings);
                return true;
            }

            if (status != FrameStatus.End)
            {
                throw new JournalCorruptException(_segment.Path, offset, "a record that was whole is damaged, or reading began between two records.");
            }

            entry = null;
            if (nextPosition < segmentEnd || _index.After(_segment) is not { } next)
            {
                return false;
            }

            if (next.PreviousEnd != segmentEnd)
            {
                throw new JournalPositionException(
                    $"The entries from position {segmentEnd} on were deleted before they were read.");
            }

            _file.Dispose();
            Open(next);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    [MemberNotNull(nameof(_segment), nameof(_file), nameof(_cursor))]
    private void Open(Segment segment)
    {
        try
        {
            _file = _files.Open(segment.Path, writable: false);
        }
        catch (FileNotFoundException)
        {
            throw new JournalPositionException(
                $"The entries from position {segment.FirstPosition} on were deleted before they were read.");
        }

        _segment = segment;
        _cursor = new SegmentCursor(_file, segment.FirstPosition);
    }

    private JournalPositionException OutOfRange(long position) => new(
        $"Position {position} is not in the journal, which holds {_index.FirstPosition} to "
        + $"{_journal.AppendedPosition}. If the store is ahead of the journal, open the journal with the store's "
        + "watermark as FirstPosition; if it is behind, entries were deleted before they were applied.");
}
