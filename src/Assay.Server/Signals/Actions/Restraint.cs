namespace Assay.Server.Signals.Actions;

/// <summary>What calls feel of one signal.</summary>
internal sealed class Restraint(Signal signal)
{
    private readonly Lock _lock = new();
    private long _nextMs;

    public string SignalId => signal.Id;

    public SignalAction Action => signal.Action;

    public string On => signal.ActionOn;

    public long UntilMs => signal.ActionUntilMs!.Value;

    /// <summary>What was seen, as it is told.</summary>
    public string Subject => signal.Subject;

    /// <summary>
    /// Takes one of so many calls a minute, of which a quarter may come at once; else says in how many milliseconds there is
    /// one.
    /// </summary>
    public long TakeTurn(long nowMs, int callsPerMinute)
    {
        var apartMs = 60_000L / callsPerMinute;
        lock (_lock)
        {
            var next = Math.Max(_nextMs, nowMs);
            var waitMs = next - nowMs - (apartMs * Math.Max(0, (callsPerMinute / 4) - 1));
            if (waitMs > 0)
            {
                return waitMs;
            }

            _nextMs = next + apartMs;
            return 0;
        }
    }
}
