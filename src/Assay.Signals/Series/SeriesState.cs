using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Assay.Signals.Series;

/// <summary>
/// All that is remembered of one series: 208 bytes, however long it runs. A default value is a series that has not begun.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct SeriesState
{
    internal int Count;
    internal int LastAlert;
    internal float Fast;
    internal float Slow;
    internal float LogFast;
    internal float LogSlow;
    internal float SeasonalFast;
    internal Spread LevelSpread;
    internal Spread LogLevelSpread;
    internal Spread SeasonalSpread;
    internal Spread PointSpread;
    internal Spread ResidualSpread;
    internal Hours HourOffsets;
    internal Days DayOffsets;

    /// <summary>Observations so far.</summary>
    public readonly int Observations => Count;

    /// <summary>An exponentially weighted mean and variance.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Spread
    {
        public float Mean;
        public float Variance;

        /// <summary>How many standard deviations a value is from the mean.</summary>
        public readonly double Distance(double value) => Math.Abs(value - Mean) / (Math.Sqrt(Variance) + 1e-9);

        public void Learn(double value, double rate)
        {
            var off = value - Mean;
            Mean += (float)(rate * off);
            Variance += (float)(rate * ((off * off) - Variance));
        }
    }

    /// <summary>What each hour of the day adds to the usual level, in logarithms.</summary>
    [InlineArray(24)]
    internal struct Hours
    {
        private float _first;
    }

    /// <summary>What each day of the week adds, in logarithms.</summary>
    [InlineArray(7)]
    internal struct Days
    {
        private float _first;
    }
}
