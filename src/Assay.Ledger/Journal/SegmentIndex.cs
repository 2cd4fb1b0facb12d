namespace Assay.Ledger.Journal;

/// <summary>One segment file of an open journal.</summary>
internal sealed class Segment(string path, SegmentHeader header)
{
    private long _endPosition = long.MaxValue;
    private int _openReservations;

    public string Path { get; } = path;

    public long FirstPosition { get; } = header.FirstPosition;

    /// <summary>Where the segment before ended.</summary>
    public long PreviousEnd { get; } = header.PreviousEnd;

    /// <summary>Where a closed segment ends; <see cref="long.MaxValue"/> while it is the one that is written.</summary>
    public long EndPosition
    {
        get => Volatile.Read(ref _endPosition);
        set => Volatile.Write(ref _endPosition, value);
    }

    /// <summary>Reservations that begin in this segment and are not settled, or their settlement is not written.</summary>
    public int OpenReservations => Volatile.Read(ref _openReservations);

    /// <summary>A reservation begins in this segment.</summary>
    public void Hold() => Interlocked.Increment(ref _openReservations);

    /// <summary>The settlement of one of its reservations is written.</summary>
    public void Release() => Interlocked.Decrement(ref _openReservations);
}

/// <summary>Which segments there are, oldest first.</summary>
internal sealed class SegmentIndex
{
    private readonly Lock _gate = new();
    private readonly List<Segment> _segments = [];

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

    /// <summary>
    /// The leading segments that end at or before a position and in which no open reservation begins. Only leading
    /// ones, so that what is kept is always one stretch; never the last, which keeps the position.
    /// </summary>
    public IReadOnlyList<Segment> Unneeded(long position)
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

            return _segments[..count];
        }
    }

    public void Remove(Segment segment)
    {
        lock (_gate)
        {
            _segments.Remove(segment);
        }
    }
}
