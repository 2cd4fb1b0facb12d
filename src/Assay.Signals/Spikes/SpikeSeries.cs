using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assay.Signals.Memory;
using Assay.Signals.Series;

namespace Assay.Signals.Spikes;

/// <summary>What is remembered of one scope's spend: sums that fade over three horizons, their peaks, and the hours as a series.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SpikeSeries
{
    public const int Horizons = 3;

    public long LastMs;
    public long LookedMs;
    public long Hour;
    public float HourCost;
    public int HoursSeen;
    public Sums Now;
    public Sums PeakOfHour;
    public Sums Peak;
    public SeriesState Hours;

    // Tokens over the last horizon, and the logarithm of the price of a token: its mean and variance over the hours.
    public float TokensNow;
    public float UnitMean;
    public float UnitVariance;
    public int UnitHours;

    public readonly void Save(IMemoryWriter to)
    {
        to.Large(LastMs);
        to.Large(LookedMs);
        to.Large(Hour);
        to.Whole(HoursSeen);
        to.Whole(UnitHours);
        to.Smalls([HourCost, TokensNow, UnitMean, UnitVariance]);
        to.Smalls(Now);
        to.Smalls(PeakOfHour);
        to.Smalls(Peak);
        Hours.Save(to);
    }

    public static SpikeSeries Load(IMemoryReader from)
    {
        var series = new SpikeSeries
        {
            LastMs = from.Large(),
            LookedMs = from.Large(),
            Hour = from.Large(),
            HoursSeen = from.Whole(),
            UnitHours = from.Whole(),
            HourCost = from.Small(),
            TokensNow = from.Small(),
            UnitMean = from.Small(),
            UnitVariance = from.Small(),
        };
        from.Smalls(series.Now);
        from.Smalls(series.PeakOfHour);
        from.Smalls(series.Peak);
        series.Hours = SeriesState.Load(from);
        return series;
    }

    [InlineArray(Horizons)]
    public struct Sums
    {
        private float _first;
    }
}
