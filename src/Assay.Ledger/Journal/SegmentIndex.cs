namespace Assay.Ledger.Journal;

/// <summary>One segment file of an open journal.</summary>
internal sealed class Segment(string path, long firstPosition)
{
    private long _endPosition = long.MaxValue;

    public string Path { get; } = path;

    public long FirstPosition { get; } = firstPosition;

    /// <summary>Where a closed segment ends; <see cref="long.MaxValue"/> while it is the one that is written.</summary>
    public long EndPosition
    {
        get => Volatile.Read(ref _endPosition);
        set => Volatile.Write(ref _endPosition, value);
    }

    /// <summary>Reservations that begin in this segment and are not settled.</summary>
    public int OpenReservations { get; set; }
}

/// <summary>Which segments there are, and which of them are still needed for their open reservations.</summary>
internal sealed class SegmentIndex
{
    private readonly Lock _gate = new();
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<Guid, Segment> _open = [];

    public long FirstPosition
    {
        get
        {
            lock (_gate)
            {
                return _segments[0].FirstPosition;
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _segments.Count;
            }
        }
    }

    public void Add(Segment segment)
    {
        lock (_gate)
        {
            _segments.Add(segment);
        }
    }

    /// <summary>The last segment that begins at or before a position; null if there is none.</summary>
    public Segment? Find(long position)
    {
        lock (_gate)
        {
            return _segments.FindLast(segment => segment.FirstPosition <= position);
        }
    }

    public Segment? After(Segment segment)
    {
        lock (_gate)
        {
            return _segments.Find(other => other.FirstPosition > segment.FirstPosition);
        }
    }

    public void Track(IReadOnlyList<JournalEntry> entries, Segment segment)
    {
        lock (_gate)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                Track(entries[i], segment);
            }
        }
    }

    public void Track(JournalEntry entry, Segment segment)
    {
        lock (_gate)
        {
            if (entry is Reserved reserved)
            {
                if (_open.TryAdd(reserved.Call.Id, segment))
                {
                    segment.OpenReservations++;
                }
            }
            else if (entry is Settled settled && _open.Remove(settled.Call.Id, out var first))
            {
                first.OpenReservations--;
            }
        }
    }

    /// <summary>
    /// Takes out the leading segments that end at or before a position and in which no open reservation begins. Only
    /// leading ones, so that what is kept is always one stretch; never the last, which keeps the position.
    /// </summary>
    public List<Segment> RemoveThrough(long position)
    {
        lock (_gate)
        {
            var count = 0;
            while (count < _segments.Count - 1
                && _segments[count].EndPosition <= position
                && _segments[count].OpenReservations == 0)
            {
                count++;
            }

            var removed = _segments[..count];
            _segments.RemoveRange(0, count);
            return removed;
        }
    }
}
