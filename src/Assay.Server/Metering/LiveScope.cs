using System.Runtime.InteropServices;
using Assay.Ledger.Usage;

namespace Assay.Server.Metering;

/// <summary>Requests, tokens and money of some stretch of time.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LiveCount(long Requests, long Tokens, long CostNanos)
{
    public static LiveCount operator +(LiveCount left, LiveCount right) =>
        new(left.Requests + right.Requests, left.Tokens + right.Tokens, left.CostNanos + right.CostNanos);
}

/// <summary>
/// The last minute and the total since the start of one person, team or the company, second by second.
/// Guarded by <see cref="LiveHub"/>'s lock.
/// </summary>
internal sealed class LiveScope
{
    public const int Seconds = 60;

    private readonly LiveCount[] _ring = new LiveCount[Seconds];
    private long _second;

    public int InFlight { get; set; }

    public LiveCount Total { get; private set; }

    public void Add(long second, UsageEvent call)
    {
        Advance(second);
        var count = new LiveCount(1, call.Counts.TotalTokens, call.Cost.Nanos);
        _ring[_second % Seconds] += count;
        Total += count;
    }

    /// <summary>The last sixty seconds, oldest first, ending with the second given.</summary>
    public LiveCount[] LastMinute(long second)
    {
        Advance(second);
        var counts = new LiveCount[Seconds];
        for (var i = 0; i < Seconds; i++)
        {
            counts[i] = _ring[(_second + 1 + i) % Seconds];
        }

        return counts;
    }

    private void Advance(long second)
    {
        // A clock that jumps back adds to the newest second; one that jumps ahead clears what is too old.
        for (var steps = Math.Min(second - _second, Seconds); steps > 0; steps--)
        {
            _ring[(second - steps + 1) % Seconds] = default;
        }

        _second = Math.Max(_second, second);
    }
}
