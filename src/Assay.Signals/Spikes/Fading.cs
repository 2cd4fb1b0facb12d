using System.Runtime.CompilerServices;

namespace Assay.Signals.Spikes;

/// <summary>
/// What is left of sums after a time. Where each horizon is a whole multiple of the one before, as in the standard settings, one
/// exponential is enough: exp(-t/60) is the tenth power of exp(-t/600).
/// </summary>
internal sealed class Fading
{
    private readonly double[] _perMs;

    /// <summary>How many times each horizon is the one before it; 0 where that is not whole.</summary>
    private readonly int[] _times;

    public Fading(IReadOnlyList<double> horizonSeconds)
    {
        _perMs = [.. horizonSeconds.Select(seconds => -1 / (1000 * seconds))];
        _times = [.. horizonSeconds.Skip(1).Zip(horizonSeconds, (longer, shorter) =>
            longer / shorter is var times && times == Math.Floor(times) && times <= 64 ? (int)times : 0)];
    }

    /// <summary>The parts that are left after so many milliseconds, for each horizon.</summary>
    public void Over(long elapsedMs, out Parts parts)
    {
        parts = default;
        if (elapsedMs == 0)
        {
            ((Span<double>)parts).Fill(1);
            return;
        }

        parts[SpikeSeries.Horizons - 1] = Math.Exp(elapsedMs * _perMs[SpikeSeries.Horizons - 1]);
        for (var i = SpikeSeries.Horizons - 2; i >= 0; i--)
        {
            parts[i] = _times[i] > 0 ? Power(parts[i + 1], _times[i]) : Math.Exp(elapsedMs * _perMs[i]);
        }
    }

    private static double Power(double value, int times)
    {
        var power = 1.0;
        for (; times > 0; times >>= 1)
        {
            power = (times & 1) == 1 ? power * value : power;
            value *= value;
        }

        return power;
    }

    [InlineArray(SpikeSeries.Horizons)]
    public struct Parts
    {
        private double _first;
    }
}
