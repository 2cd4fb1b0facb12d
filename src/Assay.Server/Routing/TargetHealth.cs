namespace Assay.Server.Routing;

/// <summary>
/// How a target has been doing: a circuit breaker over failures one after the other, and a pause where the provider asked
/// for one. It learns from the calls themselves; nothing is sent to find out. Thread-safe.
/// </summary>
internal sealed class TargetHealth(ResilienceOptions options)
{
    // While one call tries a target that was away, the others stay with the next one for this long.
    private const long ProbeMs = 5_000;

    private readonly Lock _lock = new();
    private int _failures;
    private int _timesOpened;
    private long _awayUntilMs;
    private long _pausedUntilMs;

    /// <summary>Until when the provider asked to be left alone, in Unix milliseconds; 0 if it did not, or answers again.</summary>
    public long PausedUntilMs => Volatile.Read(ref _pausedUntilMs);

    /// <summary>Until when calls go elsewhere, in Unix milliseconds; 0 if they need not.</summary>
    public long AwayUntilMs => Volatile.Read(ref _awayUntilMs);

    public bool IsAwayAt(long nowMs) => nowMs < AwayUntilMs;

    /// <summary>Whether a call may go here. When its time away is over, one call is let through to see.</summary>
    public bool TryUse(long nowMs)
    {
        var until = AwayUntilMs;
        return until == 0
            || (nowMs >= until
                && Interlocked.CompareExchange(ref _awayUntilMs, nowMs + ProbeMs, until) == until);
    }

    /// <summary>An answer came that shows the provider at work.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _failures) == 0 && AwayUntilMs == 0)
        {
            return;
        }

        lock (_lock)
        {
            (_failures, _timesOpened) = (0, 0);
            Volatile.Write(ref _pausedUntilMs, 0);
            Volatile.Write(ref _awayUntilMs, 0);
        }
    }

    /// <summary>The provider failed: no connection, a broken or silent one, or an error of its own.</summary>
    public void Failed(long nowMs)
    {
        lock (_lock)
        {
            if (++_failures < options.BreakerFailures)
            {
                return;
            }

            // Each time longer, up to ten times: a provider that is down for an hour is not asked every half minute.
            _timesOpened = Math.Min(_timesOpened + 1, 10);
            Away(nowMs + (options.BreakerSeconds * 1000L * _timesOpened));
        }
    }

    /// <summary>The provider has too much to do, and may have said for how long.</summary>
    public void Busy(long nowMs, TimeSpan? retryAfter)
    {
        var pause = retryAfter is { } asked && asked > TimeSpan.Zero
            ? Math.Min((long)asked.TotalMilliseconds, options.CooldownSecondsMax * 1000L)
            : options.CooldownSeconds * 1000L;
        if (pause == 0)
        {
            return;
        }

        lock (_lock)
        {
            Away(nowMs + pause);
            Volatile.Write(ref _pausedUntilMs, Math.Max(nowMs + pause, _pausedUntilMs));
        }
    }

    private void Away(long untilMs) => Volatile.Write(ref _awayUntilMs, Math.Max(untilMs, _awayUntilMs));
}

/// <summary>How long targets that fail are left alone.</summary>
/// <param name="BreakerFailures">So many failures one after the other open the circuit.</param>
/// <param name="BreakerSeconds">How long it stays open the first time.</param>
/// <param name="CooldownSeconds">How long a busy target is left alone that did not say for how long.</param>
/// <param name="CooldownSecondsMax">The most that it may ask for.</param>
internal sealed record ResilienceOptions(
    int BreakerFailures, int BreakerSeconds, int CooldownSeconds, int CooldownSecondsMax);
