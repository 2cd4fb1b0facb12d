using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assay.Signals.Memory;
using Assay.Signals.Series;

namespace Assay.Signals.Spikes;

/// <summary>
/// What every call of a scope changes: sums that fade over three horizons, and their peaks in this hour. 64 bytes, a line of
/// the processor's cache: a call touches eight of these, of hundreds of thousands, and each that is not at hand costs as much as
/// all its arithmetic.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SpikeSeries
{
    public const int Horizons = 3;

    public long LastMs;
    public long LookedMs;

    /// <summary>The hour in the org's time zone, counted from 1970.</summary>
    public int Hour;

    public int HoursSeen;
    public float HourCost;
    public Sums Now;
    public Sums PeakOfHour;

    /// <summary>Tokens over the last horizon.</summary>
    public float TokensNow;

    /// <summary>The price of a token beyond which it is unusual; infinite as long as that is not known.</summary>
    public float PriceMax;

    [InlineArray(Horizons)]
    public struct Sums
    {
        private float _first;
    }
}

/// <summary>What is learned of a scope once an hour: its usual peaks, the hours as a series, and the price of its tokens.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SpikePast
{
    public SpikeSeries.Sums Peak;
    public SeriesState Hours;

    // The logarithm of the price of a token: its mean and variance over the hours.
    public float UnitMean;
    public float UnitVariance;
    public int UnitHours;

    public readonly void Save(in SpikeSeries series, IMemoryWriter to)
    {
        to.Large(series.LastMs);
        to.Large(series.LookedMs);
        to.Large(series.Hour);
        to.Whole(series.HoursSeen);
        to.Whole(UnitHours);
        to.Smalls([series.HourCost, series.TokensNow, UnitMean, UnitVariance]);
        to.Smalls(series.Now);
        to.Smalls(series.PeakOfHour);
        to.Smalls(Peak);
        Hours.Save(to);
    }

    public static SpikePast Load(ref SpikeSeries series, IMemoryReader from)
    {
        series.LastMs = from.Large();
        series.LookedMs = from.Large();
        series.Hour = from.Large() is >= 0 and <= int.MaxValue and var hour ? (int)hour : throw new FormatException("It has an hour that there is not.");
        series.HoursSeen = from.Whole();
        var past = new SpikePast { UnitHours = from.Whole() };
        series.HourCost = from.Small();
        series.TokensNow = from.Small();
        past.UnitMean = from.Small();
        past.UnitVariance = from.Small();
        from.Smalls(series.Now);
        from.Smalls(series.PeakOfHour);
        from.Smalls(past.Peak);
        past.Hours = SeriesState.Load(from);
        return past;
    }
}
