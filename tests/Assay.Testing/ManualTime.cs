using System.Threading.Channels;

namespace Assay.Testing;

/// <summary>A clock that only a test moves. Timers fire on the thread that moves it, in their order.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _armed = [];
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();
    private TimeSpan _elapsed;

    /// <summary>Begins on a Monday at noon.</summary>
    public ManualTime()
        : this(new DateTimeOffset(2026, 8, 17, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => start + Elapsed();

    /// <inheritdoc />
    public override long GetTimestamp() => Elapsed().Ticks;

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Every wait that began since, in order: how a test learns that its subject waits now, and for how long.</summary>
    public ValueTask<TimeSpan> NextWaitAsync(CancellationToken ct) => _waits.Reader.ReadAsync(ct);

    /// <summary>Moves the clock and fires what becomes due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        var until = Elapsed() + by;
        while (TakeDue(until) is { } timer)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            _elapsed = until;
        }
    }

    private Timer? TakeDue(TimeSpan until)
    {
        lock (_lock)
        {
            var next = _armed.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            if (next is not null)
            {
                _elapsed = next.Due > _elapsed ? next.Due : _elapsed;
                _armed.Remove(next);
                next.Rearm();
            }

            return next;
        }
    }

    private TimeSpan Elapsed()
    {
        lock (_lock)
        {
            return _elapsed;
        }
    }

    private sealed class Timer(ManualTime time, Action fire) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public TimeSpan Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._armed.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                Due = time._elapsed + dueTime;
                time._armed.Add(this);
            }

            time._waits.Writer.TryWrite(dueTime);
            return true;
        }

        // Within the clock's lock.
        public void Rearm()
        {
            if (_period != Timeout.InfiniteTimeSpan && _period > TimeSpan.Zero)
            {
                Due += _period;
                time._armed.Add(this);
            }
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
