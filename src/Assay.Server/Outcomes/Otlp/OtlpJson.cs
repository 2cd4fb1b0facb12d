using System.Buffers.Text;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>
/// Reads OTLP in JSON: 64-bit numbers are strings, and numbers are taken too; enumerations are numbers, and their names are
/// taken too. Not thread-safe.
/// </summary>
internal sealed class OtlpJson(TextCache texts)
{
    private readonly TelemetryItem _item = new();

    public void Read(OtlpSignal signal, ReadOnlySpan<byte> json, ITelemetrySink sink)
    {
        var (resources, scopes, items) = signal switch
        {
            OtlpSignal.Metrics => ("resourceMetrics", "scopeMetrics", "metrics"),
            OtlpSignal.Logs => ("resourceLogs", "scopeLogs", "logRecords"),
            _ => ("resourceSpans", "scopeSpans", "spans"),
        };
        if (!JsonSlices.Over(json).IsObject)
        {
            throw new BrokenMessageException("It is no JSON object.");
        }

        for (var each = JsonSlices.Over(Find(json, resources)); each.Next();)
        {
            _item.Resource.Clear();
            if (Find(each.Value, "resource") is { Length: > 2 } resource)
            {
                AddAll(Find(resource, "attributes"), _item.Resource);
            }

            for (var scope = JsonSlices.Over(Find(each.Value, scopes)); scope.Next();)
            {
                for (var item = JsonSlices.Over(Find(scope.Value, items)); item.Next();)
                {
                    switch (signal)
                    {
                        case OtlpSignal.Metrics:
                            Metric(item.Value, sink);
                            break;
                        case OtlpSignal.Logs:
                            Record(item.Value);
                            sink.Log(_item);
                            break;
                        default:
                            Record(item.Value);
                            sink.Span(_item);
                            break;
                    }
                }
            }
        }
    }

    private void Metric(ReadOnlySpan<byte> json, ITelemetrySink sink)
    {
        ReadOnlySpan<byte> data = default;
        _item.Name = "";
        _item.IsDelta = _item.IsMonotonic = false;
        var (isHistogram, isGauge) = (false, false);
        for (var field = JsonSlices.Over(json); field.Next();)
        {
            if (field.Name.SequenceEqual("name"u8))
            {
                _item.Name = Text(field.Value);
            }
            else if (field.Name.SequenceEqual("sum"u8) || field.Name.SequenceEqual("gauge"u8)
                || field.Name.SequenceEqual("histogram"u8) || field.Name.SequenceEqual("exponentialHistogram"u8))
            {
                data = field.Value;
                isGauge = field.Name[0] == (byte)'g';
                isHistogram = field.Name[0] is (byte)'h' or (byte)'e';
            }
        }

        if (data.IsEmpty)
        {
            return;
        }

        ReadOnlySpan<byte> points = default;
        _item.IsMonotonic = isHistogram;
        for (var field = JsonSlices.Over(data); field.Next();)
        {
            if (field.Name.SequenceEqual("dataPoints"u8))
            {
                points = field.Value;
            }
            else if (field.Name.SequenceEqual("aggregationTemporality"u8))
            {
                _item.IsDelta = !isGauge && Text(field.Value) is "1" or "AGGREGATION_TEMPORALITY_DELTA";
            }
            else if (field.Name.SequenceEqual("isMonotonic"u8) && !isGauge)
            {
                _item.IsMonotonic = Text(field.Value) == "true";
            }
        }

        if (points.IsEmpty)
        {
            return;
        }

        for (var point = JsonSlices.Over(points); point.Next();)
        {
            Point(point.Value, isHistogram);
            sink.Point(_item);
        }
    }

    private void Point(ReadOnlySpan<byte> json, bool isHistogram)
    {
        _item.Clear();
        for (var field = JsonSlices.Over(json); field.Next();)
        {
            if (field.Name.SequenceEqual("attributes"u8))
            {
                AddAll(field.Value, _item.Own);
            }
            else if (field.Name.SequenceEqual("startTimeUnixNano"u8))
            {
                _item.StartNs = Nanos(field.Value);
            }
            else if (field.Name.SequenceEqual("timeUnixNano"u8))
            {
                _item.TimeNs = Nanos(field.Value);
            }
            else if (isHistogram ? field.Name.SequenceEqual("sum"u8) : field.Name.SequenceEqual("asInt"u8) || field.Name.SequenceEqual("asDouble"u8))
            {
                _item.Value = Number(field.Value);
            }
            else if (field.Name.SequenceEqual("flags"u8))
            {
                _item.IsEmpty = ((long)Number(field.Value) & 1) != 0;
            }
        }
    }

    /// <summary>A log record or a span, whose fields do not meet.</summary>
    private void Record(ReadOnlySpan<byte> json)
    {
        _item.Clear();
        _item.Name = "";
        for (var field = JsonSlices.Over(json); field.Next();)
        {
            if (field.Name.SequenceEqual("attributes"u8))
            {
                AddAll(field.Value, _item.Own);
            }
            else if (field.Name.SequenceEqual("timeUnixNano"u8) || field.Name.SequenceEqual("endTimeUnixNano"u8))
            {
                _item.TimeNs = Nanos(field.Value);
            }
            else if (field.Name.SequenceEqual("observedTimeUnixNano"u8) || field.Name.SequenceEqual("startTimeUnixNano"u8))
            {
                _item.StartNs = Nanos(field.Value);
            }
            else if (field.Name.SequenceEqual("eventName"u8) || field.Name.SequenceEqual("name"u8))
            {
                _item.Name = Text(field.Value);
            }
            else if (field.Name.SequenceEqual("body"u8) && field.Value is [(byte)'{', ..])
            {
                _item.Body = Any(field.Value);
            }
        }
    }

    private void AddAll(ReadOnlySpan<byte> list, Attributes to)
    {
        if (list is not [(byte)'[', ..])
        {
            return;
        }

        for (var each = JsonSlices.Over(list); each.Next();)
        {
            var (key, value) = ("", "");
            for (var field = JsonSlices.Over(each.Value); field.Next();)
            {
                if (field.Name.SequenceEqual("key"u8))
                {
                    key = Text(field.Value);
                }
                else if (field.Name.SequenceEqual("value"u8) && field.Value is [(byte)'{', ..])
                {
                    value = Any(field.Value);
                }
            }

            to.Add(key, value);
        }
    }

    /// <summary>An <c>AnyValue</c> as text, however its kind is called.</summary>
    private string Any(ReadOnlySpan<byte> json)
    {
        for (var field = JsonSlices.Over(json); field.Next();)
        {
            if (JsonSlices.Scalar(field.Value, texts) is { } text)
            {
                return text;
            }
        }

        return "";
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, string name)
    {
        Span<byte> wanted = stackalloc byte[32];
        wanted = wanted[..System.Text.Encoding.ASCII.GetBytes(name, wanted)];
        for (var field = JsonSlices.Over(json); field.Next();)
        {
            if (field.Name.SequenceEqual(wanted))
            {
                return field.Value;
            }
        }

        // An empty list is left out by those who write protobuf's JSON.
        return "[]"u8;
    }

    private string Text(ReadOnlySpan<byte> value) => JsonSlices.Scalar(value, texts) ?? "";

    private static long Nanos(ReadOnlySpan<byte> value)
    {
        var bare = JsonSlices.Bare(value);
        return Utf8Parser.TryParse(bare, out long nanos, out var used) && used == bare.Length
            ? nanos
            : throw new BrokenMessageException("A time is not a number of nanoseconds.");
    }

    private static double Number(ReadOnlySpan<byte> value)
    {
        var bare = JsonSlices.Bare(value);
        return Utf8Parser.TryParse(bare, out double number, out var used) && used == bare.Length
            ? number
            : bare.SequenceEqual("NaN"u8) || bare.SequenceEqual("Infinity"u8) || bare.SequenceEqual("-Infinity"u8) ? double.NaN
            : throw new BrokenMessageException("A value is not a number.");
    }
}
