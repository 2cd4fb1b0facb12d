namespace Assay.Outcomes.Statistics;

/// <summary>
/// Numbers that derive from a seed (SplitMix64), for what must be drawn: the same rows and the same seed always give the
/// same figure, so that a page does not tremble when it is loaded again.
/// </summary>
/// <param name="seed">What everything derives from.</param>
public struct Draws(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var x = _state;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>A whole number from 0 up to, but without, <paramref name="end"/>.</summary>
    /// <param name="end">Above zero.</param>
    public int Below(int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(end);
        return (int)(((UInt128)Next() * (uint)end) >> 64);
    }
}
