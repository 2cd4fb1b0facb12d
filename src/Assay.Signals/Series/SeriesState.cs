using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assay.Signals.Memory;

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

    internal readonly void Save(IMemoryWriter to)
    {
        to.Whole(Count);
        to.Whole(LastAlert);
        to.Smalls([Fast, Slow, LogFast, LogSlow, SeasonalFast]);
        foreach (var spread in (ReadOnlySpan<Spread>)[LevelSpread, LogLevelSpread, SeasonalSpread, PointSpread, ResidualSpread])
        {
            to.Smalls([spread.Mean, spread.Variance]);
        }

        to.Smalls(HourOffsets);
        to.Smalls(DayOffsets);
    }

    internal static SeriesState Load(IMemoryReader from)
    {
        var state = new SeriesState
        {
            Count = from.Whole(),
            LastAlert = from.Whole(),
            Fast = from.Small(),
            Slow = from.Small(),
            LogFast = from.Small(),
            LogSlow = from.Small(),
            SeasonalFast = from.Small(),
            LevelSpread = Spread.Load(from),
            LogLevelSpread = Spread.Load(from),
            SeasonalSpread = Spread.Load(from),
            PointSpread = Spread.Load(from),
            ResidualSpread = Spread.Load(from),
        };
        from.Smalls(state.HourOffsets);
        from.Smalls(state.DayOffsets);
        return state;
    }

    /// <summary>An exponentially weighted mean and variance.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Spread
    {
        public float Mean;
        public float Variance;

        /// <summary>How many standard deviations a value is from the mean.</summary>
        public readonly double Distance(double value) => Math.Abs(value - Mean) / (Math.Sqrt(Variance) + 1e-9);

        public static Spread Load(IMemoryReader from) => new() { Mean = from.Small(), Variance = from.Small() };

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
