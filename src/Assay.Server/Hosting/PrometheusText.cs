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
    private readonly ConcurrentDictionary<Instrument, SeriesSet> _sets = new();
    private int _seriesCount;

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == AssayMetrics.MeterName)
            {
                // The set comes back with every measurement: nothing is looked up but the labels.
                listener.EnableMeasurementEvents(
                    instrument, _sets.GetOrAdd(instrument, static (i, text) => new SeriesSet(i, text), this));
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            static (i, value, tags, set) => ((SeriesSet)set!).Of(tags).Add(i, value));
        _listener.SetMeasurementEventCallback<double>(
            static (i, value, tags, set) => ((SeriesSet)set!).Of(tags).Add(i, value));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder(8192);
        foreach (var (instrument, set) in _sets.OrderBy(s => s.Key.Name, StringComparer.Ordinal))
        {
            var all = set.All();
            if (all.Count == 0)
            {
                continue;
            }

            var name = MetricName(instrument);
            text.Append("# HELP ").Append(name).Append(' ').Append(instrument.Description).Append('\n')
                .Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(instrument)).Append('\n');
            foreach (var (labels, series) in all)
            {
                series.Write(text, name, labels);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

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

    /// <summary>The series of one instrument. A measurement of a known series allocates nothing.</summary>
    private sealed class SeriesSet
    {
        private static readonly KeyValuePair<string, object?>[] s_overflow = [new("overflow", "true")];

        private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> _series = new(TagComparer.One);
        private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series>
            .AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _byTags;

        private readonly PrometheusText _owner;
        private readonly double[]? _bounds;

        public SeriesSet(Instrument instrument, PrometheusText owner)
        {
            _owner = owner;
            _bounds = instrument is Histogram<double> h ? h.Advice?.HistogramBucketBoundaries?.ToArray() ?? [] : null;
            _byTags = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        }

        public Series Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (_byTags.TryGetValue(tags, out var series))
            {
                return series;
            }

            if (Volatile.Read(ref _owner._seriesCount) >= SeriesMax)
            {
                return _series.GetOrAdd(s_overflow, static (_, bounds) => new Series(bounds), _bounds);
            }

            Interlocked.Increment(ref _owner._seriesCount);
            return _series.GetOrAdd(tags.ToArray(), static (_, bounds) => new Series(bounds), _bounds);
        }

        public IReadOnlyList<(string Labels, Series Series)> All() =>
            [.. _series.Select(s => (Labels(s.Key), s.Value)).OrderBy(s => s.Item1, StringComparer.Ordinal)];
    }

    private sealed class TagComparer :
        IEqualityComparer<KeyValuePair<string, object?>[]>,
        IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        public static readonly TagComparer One = new();

        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) =>
            x is null || y is null ? ReferenceEquals(x, y) : Equals(x.AsSpan(), y);

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
        {
            if (alternate.Length != other.Length)
            {
                return false;
            }

            for (var i = 0; i < other.Length; i++)
            {
                if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value))
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(KeyValuePair<string, object?>[] obj) => GetHashCode(obj.AsSpan());

        // The names of an instrument's labels are always the same: only their values tell series apart.
        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = 17;
            foreach (var (_, value) in alternate)
            {
                hash = (hash * 31) + (value?.GetHashCode() ?? 0);
            }

            return hash;
        }

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) =>
            alternate.ToArray();
    }

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
