namespace Assay.Demo.Past;

/// <summary>The time of the demo's past: what looks at it and writes it down then believes that it is now. Waiting is real.</summary>
internal sealed class PastClock(long nowMs) : TimeProvider
{
    private long _nowMs = nowMs;

    public long NowMs => Volatile.Read(ref _nowMs);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    /// <summary>Goes on, never back: calls end in another order than they begin.</summary>
    public void Reach(long ms) => Volatile.Write(ref _nowMs, Math.Max(ms, NowMs));
}
