using System.Numerics;

namespace Assay.Bench.Load.Traffic;

/// <summary>
/// Latencies in nanoseconds, counted in log-linear buckets: 256 to each power of two, so a value read back is less than
/// 0.4 % too high. Integers only, no allocation while recording.
/// </summary>
internal sealed class Histogram
{
    private const int SubBits = 8;
    private readonly long[] _counts = new long[(64 - SubBits + 1) << SubBits];

    internal long Count { get; private set; }

    internal void Record(long nanos)
    {
        _counts[Bucket(nanos)]++;
        Count++;
    }

    internal void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The smallest recorded value that at least <paramref name="share"/> of all values do not exceed.</summary>
    internal long At(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return HighestIn(i);
            }
        }

        return 0;
    }

    // Below 2^SubBits every value has its own bucket; above, the top SubBits bits after the leading one choose it.
    private static int Bucket(long value)
    {
        var v = (ulong)Math.Max(value, 0);
        var shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount(v) - SubBits);
        return (shift << SubBits) + (int)(v >> shift);
    }

    private static long HighestIn(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        var top = (long)bucket - ((long)shift << SubBits);
        return ((top + 1) << shift) - 1;
    }
}
