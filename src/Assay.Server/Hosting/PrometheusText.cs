using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Assay.Server.Metering;

namespace Assay.Server.Hosting;

/// <summary>
/// Listens to the gateway's own meter and writes its state in Prometheus' text format 0.0.4. Counters and histograms
/// are kept here; gauges are read when asked for.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    // A bound against labels that multiply; what is beyond it is counted in one series.
    private const int SeriesMax = 10_000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument, string Labels), Series> _series = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == AssayMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Of(i, tags).Add(i, value));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Of(i, tags).Add(i, value));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder(8192);
        foreach (var group in _series.GroupBy(s => s.Key.Item1).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
        {
            var instrument = group.Key;
            var name = MetricName(instrument);
            text.Append("# HELP ").Append(name).Append(' ').Append(instrument.Description).Append('\n')
                .Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(instrument)).Append('\n');
            foreach (var ((_, labels), series) in group.OrderBy(s => s.Key.Labels, StringComparer.Ordinal))
            {
                series.Write(text, name, labels);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private Series Of(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        return _series.TryGetValue((instrument, labels), out var series)
            ? series
            : _series.GetOrAdd((instrument, _series.Count < SeriesMax ? labels : "overflow=\"true\""), New);
    }

    private static Series New((Instrument Instrument, string Labels) key) =>
        new(key.Instrument is Histogram<double> h ? h.Advice?.HistogramBucketBoundaries?.ToArray() ?? [] : null);

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(name.Replace('.', '_')).Append("=\"");
            foreach (var c in value?.ToString() ?? "")
            {
                _ = c switch
                {
                    '\\' => text.Append(@"\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
        }

        return text.ToString();
    }

    private static string MetricName(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        return instrument switch
        {
            Counter<long> => name + "_total",
            Histogram<double> when instrument.Unit == "s" => name + "_seconds",
            _ => name,
        };
    }

    private static string TypeOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        _ => "gauge",
    };

    private sealed class Series(double[]? bounds)
    {
        private readonly long[] _buckets = new long[(bounds?.Length ?? 0) + 1];
        private readonly Lock _lock = new();
        private double _sum;
        private long _total;

        public void Add(Instrument instrument, double value)
        {
            lock (_lock)
            {
                if (bounds is null)
                {
                    // A gauge replaces what it said before.
                    _sum = instrument is Counter<double> ? _sum + value : value;
                    return;
                }

                var bucket = 0;
                while (bucket < bounds.Length && value > bounds[bucket])
                {
                    bucket++;
                }

                _buckets[bucket]++;
                _sum += value;
            }
        }

        // Money is counted in whole nano-USD; a double would lose the last digits.
        public void Add(Instrument instrument, long value)
        {
            lock (_lock)
            {
                _total = instrument is Counter<long> ? _total + value : value;
                _sum = _total;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                if (bounds is null)
                {
                    var value = _total != 0 ? _total.ToString(CultureInfo.InvariantCulture) : Text(_sum);
                    text.Append(name).Append(Braces(labels)).Append(' ').Append(value).Append('\n');
                    return;
                }

                long count = 0;
                for (var i = 0; i <= bounds.Length; i++)
                {
                    count += _buckets[i];
                    var le = i == bounds.Length ? "+Inf" : Text(bounds[i]);
                    var all = labels.Length == 0 ? $"le=\"{le}\"" : $"{labels},le=\"{le}\"";
                    text.Append(name).Append("_bucket{").Append(all).Append("} ").Append(count).Append('\n');
                }

                text.Append(name).Append("_sum").Append(Braces(labels)).Append(' ').Append(Text(_sum)).Append('\n')
                    .Append(name).Append("_count").Append(Braces(labels)).Append(' ').Append(count).Append('\n');
            }
        }

        private static string Braces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

        private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }
}
