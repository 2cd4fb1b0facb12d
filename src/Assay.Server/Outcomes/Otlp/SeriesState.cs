using System.Runtime.InteropServices;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>What is remembered of a series, to know what a point adds and whether it came before.</summary>
/// <param name="StartNs">When the program says that it began to count.</param>
/// <param name="TimeNs">The time of the last point that was taken.</param>
/// <param name="Value">The sum up to it, of a cumulative series.</param>
/// <param name="Before1Ns">The times of the points before.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SeriesState(long StartNs, long TimeNs, double Value, long Before1Ns, long Before2Ns, long Before3Ns)
{
    /// <summary>How long a silent series is remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(14);

    /// <summary>What a point adds to the sum; null if it was taken before.</summary>
    /// <param name="state">What is remembered; null for a series not seen yet.</param>
    public static double? Add(ref SeriesState? state, in SeriesPoint point, long nowNs)
    {
        if (state is not { } known)
        {
            state = new SeriesState(point.StartNs, point.TimeNs, point.Value, 0, 0, 0);

            // Of a sum that began before what we remember, we may have counted a part already.
            return point.IsDelta || (point.StartNs > 0 && nowNs - point.StartNs < Kept.Ticks * 100) ? point.Value : 0;
        }

        if (point.TimeNs == known.TimeNs || point.TimeNs == known.Before1Ns || point.TimeNs == known.Before2Ns || point.TimeNs == known.Before3Ns)
        {
            return null;
        }

        if (point.IsDelta)
        {
            // Programs that share a series come in turns: an earlier time is no sign of a repetition.
            state = new SeriesState(point.StartNs, point.TimeNs, 0, known.TimeNs, known.Before1Ns, known.Before2Ns);
            return point.Value;
        }

        if (point.TimeNs < known.TimeNs)
        {
            // The later sum, which has been taken, holds this one.
            return null;
        }

        state = new SeriesState(point.StartNs, point.TimeNs, point.Value, known.TimeNs, known.Before1Ns, known.Before2Ns);

        // A new start, or a sum that fell, is a program that began anew.
        return point.StartNs > known.StartNs || point.Value < known.Value ? point.Value : point.Value - known.Value;
    }
}
