using System.Globalization;
using Assay.Signals.Series;

namespace Assay.Signals.Nab;

/// <summary>A series in NAB's form: a header, then <c>timestamp,value</c>, times as <c>2014-04-01 00:05:00</c>.</summary>
public sealed class NabSeries
{
    private NabSeries(IReadOnlyList<string> timestamps, long[] seconds, double[] values)
    {
        Timestamps = timestamps;
        Seconds = seconds;
        Values = values;
    }

    /// <summary>The timestamps as they are written.</summary>
    public IReadOnlyList<string> Timestamps { get; }

    /// <summary>The times, as seconds since 1970 of whatever zone they are written in.</summary>
    public IReadOnlyList<long> Seconds { get; }

    /// <summary>The values.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Reads a series.</summary>
    /// <exception cref="FormatException">A line is not as it should be; the message names it.</exception>
    public static NabSeries Read(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var (timestamps, seconds, values) = (new List<string>(), new List<long>(), new List<double>());
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (number == 1 || line.Length == 0)
            {
                continue;
            }

            var comma = line.IndexOf(',', StringComparison.Ordinal);
            if (comma < 0
                || !TryTime(line.AsSpan(0, comma), out var time)
                || !double.TryParse(line.AsSpan(comma + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                throw new FormatException($"line {number} is not a time and a value: write 2014-04-01 00:05:00,20.5");
            }

            timestamps.Add(line[..comma]);
            seconds.Add(time);
            values.Add(value);
        }

        return new NabSeries(timestamps, [.. seconds], [.. values]);
    }

    /// <summary>The rows where the detector alerts, judged in order and each from the rows before it alone.</summary>
    public IReadOnlyList<int> Alerts(SeriesSettings settings)
    {
        var state = default(SeriesState);
        var alerts = new List<int>();
        for (var row = 0; row < Values.Count; row++)
        {
            if (SeriesDetector.Observe(ref state, Seconds[row], Values[row], settings).IsAlert)
            {
                alerts.Add(row);
            }
        }

        return alerts;
    }

    /// <summary>The rows of a window; null when it does not lie in the series.</summary>
    /// <exception cref="FormatException">An edge is not a time.</exception>
    public (int First, int Last)? Rows(string from, string to)
    {
        if (!TryTime(from, out var first) || !TryTime(to, out var last))
        {
            throw new FormatException($"the window {from} to {to} is not two times");
        }

        var begin = Enumerable.Range(0, Seconds.Count).FirstOrDefault(row => Seconds[row] >= first, -1);
        var end = Enumerable.Range(0, Seconds.Count).LastOrDefault(row => Seconds[row] <= last, -1);
        return begin < 0 || end < begin ? null : (begin, end);
    }

    private static bool TryTime(ReadOnlySpan<char> text, out long seconds)
    {
        var isTime = DateTime.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time);
        seconds = isTime ? (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond : 0;
        return isTime;
    }
}
