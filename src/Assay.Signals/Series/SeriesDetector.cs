namespace Assay.Signals.Series;

/// <summary>
/// Judges a series one observation at a time, from what came before it alone. Four questions, each answered in standard
/// deviations of its own past, so that an answer which is often large stops to count: is the level of now unusual, as a
/// difference, as a ratio, for this hour and day; is this single value? The largest weighted answer is the score.
/// </summary>
public static class SeriesDetector
{
    private const int SecondsOfHour = 3600;
    private const int SecondsOfDay = 86_400;
    private const double BandWidth = 1.64;

    // The square of what is kept still fits a float.
    private const double Largest = 1e15;

    // What is learned of an hour or a day is shrunk towards nothing until so many observations of it are known.
    private const int HourPrior = 12;
    private const int DayPrior = 400;

    /// <summary>Judges one observation and learns from it.</summary>
    /// <param name="state">The series.</param>
    /// <param name="seconds">The time of the observation, as seconds of local time since 1970.</param>
    /// <param name="value">The observation; one that is not finite is passed over.</param>
    /// <param name="settings">How to judge.</param>
    public static SeriesReading Observe(ref SeriesState state, long seconds, double value, SeriesSettings settings)
    {
        if (!double.IsFinite(value))
        {
            return default;
        }

        value = Math.Clamp(value, -Largest, Largest);
        var log = Log(value);
        if (state.Count == 0)
        {
            (state.Fast, state.Slow) = ((float)value, (float)value);
            (state.LogFast, state.LogSlow) = ((float)log, (float)log);
            state.LastAlert = int.MinValue / 2;
        }

        var fast = Math.Max(settings.FastRate, 1.0 / (state.Count + 2));
        var slow = Math.Max(settings.SlowRate, 1.0 / (state.Count + 2));
        var hour = (int)(Modulo(seconds, SecondsOfDay) / SecondsOfHour);
        var day = (int)Modulo(Math.DivRem(seconds, SecondsOfDay).Quotient, 7);
        var offset = state.HourOffsets[hour] + state.DayOffsets[day];

        state.Fast += (float)(fast * (value - state.Fast));
        state.LogFast += (float)(fast * (log - state.LogFast));
        var residual = log - state.LogSlow - offset;
        state.SeasonalFast += (float)(fast * (residual - state.SeasonalFast));

        var level = (double)state.Fast - state.Slow;
        var ratio = (double)state.LogFast - state.LogSlow;
        var point = log - state.LogSlow;
        var reading = Score(state, level, ratio, point, settings) with
        {
            Expected = Value(state.LogSlow + offset),
            High = Value(state.LogSlow + offset + state.ResidualSpread.Mean
                + (BandWidth * Math.Sqrt(state.ResidualSpread.Variance))),
        };
        if (reading.IsAlert)
        {
            state.LastAlert = state.Count;
        }

        Learn(ref state, value, log, hour, day, residual, slow, settings);
        state.LevelSpread.Learn(level, slow);
        state.LogLevelSpread.Learn(ratio, slow);
        state.SeasonalSpread.Learn(state.SeasonalFast, slow);
        state.PointSpread.Learn(point, slow);
        state.ResidualSpread.Learn(residual, slow);
        state.Count++;
        return reading;
    }

    private static SeriesReading Score(
        in SeriesState state, double level, double ratio, double point, SeriesSettings settings)
    {
        var (score, what) = (state.LevelSpread.Distance(level), Unusual.Level);
        Larger(ref score, ref what, state.LogLevelSpread.Distance(ratio), Unusual.Ratio);
        Larger(
            ref score, ref what, settings.SeasonalWeight * state.SeasonalSpread.Distance(state.SeasonalFast), Unusual.Season);
        Larger(ref score, ref what, settings.PointWeight * state.PointSpread.Distance(point), Unusual.Point);
        var still = Math.Clamp(settings.CoolDownShare * state.Count, settings.CoolDownMin, settings.CoolDownMax);
        var isAlert = state.Count >= settings.WarmUp
            && score >= settings.Threshold
            && state.Count - (long)state.LastAlert > still;
        return new SeriesReading(score, score >= settings.Threshold ? what : Unusual.Nothing, isAlert, 0, 0);
    }

    private static void Larger(ref double score, ref Unusual what, double other, Unusual otherWhat)
    {
        if (other > score)
        {
            (score, what) = (other, otherWhat);
        }
    }

    private static void Learn(
        ref SeriesState state, double value, double log, int hour, int day, double residual, double slow, SeriesSettings settings)
    {
        state.Slow += (float)(slow * (value - state.Slow));
        state.LogSlow += (float)(slow * (log - state.LogSlow));
        var hourRate = Math.Max(settings.HourRate, 1 / ((state.Count / 24.0) + HourPrior));
        var dayRate = Math.Max(settings.DayRate, 1 / ((state.Count / 7.0) + DayPrior));
        state.HourOffsets[hour] += (float)(hourRate * residual);
        state.DayOffsets[day] += (float)(dayRate * residual);
    }

    /// <summary>A logarithm that also bears nothing and debts.</summary>
    internal static double Log(double value) => value < 0 ? -Math.Log(1 - value) : Math.Log(1 + value);

    internal static double Value(double log) => log < 0 ? 1 - Math.Exp(-log) : Math.Exp(log) - 1;

    private static long Modulo(long value, long by)
    {
        var rest = value % by;
        return rest < 0 ? rest + by : rest;
    }
}
