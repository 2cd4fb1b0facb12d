using System.Globalization;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>
/// Reads OTLP in protobuf, field numbers as in opentelemetry-proto 1.x. A resource may come after what it describes, so it is
/// looked for first; unknown fields are skipped. Not thread-safe.
/// </summary>
internal sealed class OtlpProtobuf(TextCache texts)
{
    private readonly TelemetryItem _item = new();

    public void Read(OtlpSignal signal, ReadOnlySpan<byte> message, ITelemetrySink sink)
    {
        var request = new WireReader(message);
        while (request.Next())
        {
            if (request.Field == 1)
            {
                Resource(signal, request.Bytes, sink);
            }
        }
    }

    private void Resource(OtlpSignal signal, ReadOnlySpan<byte> message, ITelemetrySink sink)
    {
        _item.Resource.Clear();
        var first = new WireReader(message);
        while (first.Next())
        {
            if (first.Field == 1)
            {
                var resource = new WireReader(first.Bytes);
                while (resource.Next())
                {
                    if (resource.Field == 1)
                    {
                        Attribute(resource.Bytes, _item.Resource);
                    }
                }
            }
        }

        var scopes = new WireReader(message);
        while (scopes.Next())
        {
            if (scopes.Field != 2)
            {
                continue;
            }

            var scope = new WireReader(scopes.Bytes);
            while (scope.Next())
            {
                if (scope.Field == 2)
                {
                    switch (signal)
                    {
                        case OtlpSignal.Metrics:
                            Metric(scope.Bytes, sink);
                            break;
                        case OtlpSignal.Logs:
                            Log(scope.Bytes, sink);
                            break;
                        default:
                            Span(scope.Bytes, sink);
                            break;
                    }
                }
            }
        }
    }

    private void Metric(ReadOnlySpan<byte> message, ITelemetrySink sink)
    {
        var kind = 0;
        ReadOnlySpan<byte> data = default;
        var metric = new WireReader(message);
        while (metric.Next())
        {
            if (metric.Field == 1)
            {
                _item.Name = texts.Of(metric.Bytes);
            }
            else if (metric.Field is 5 or 7 or 9 or 10)
            {
                kind = metric.Field;
                data = metric.Bytes;
            }
        }

        // A gauge tells how much there is now: nothing to add up.
        _item.IsDelta = false;
        _item.IsMonotonic = kind is 9 or 10;
        var head = new WireReader(data);
        while (head.Next())
        {
            _item.IsDelta |= head.Field == 2 && head.Number == 1 && kind != 5;
            _item.IsMonotonic |= head.Field == 3 && head.Number != 0 && kind == 7;
        }

        var points = new WireReader(data);
        while (points.Next())
        {
            if (points.Field == 1)
            {
                Point(kind, points.Bytes);
                sink.Point(_item);
            }
        }
    }

    private void Point(int kind, ReadOnlySpan<byte> message)
    {
        _item.Clear();
        var attributes = kind switch { 9 => 9, 10 => 1, _ => 7 };
        var point = new WireReader(message);
        while (point.Next())
        {
            if (point.Field == attributes)
            {
                Attribute(point.Bytes, _item.Own);
                continue;
            }

            switch (point.Field)
            {
                case 2:
                    _item.StartNs = (long)point.Number;
                    break;
                case 3:
                    _item.TimeNs = (long)point.Number;
                    break;
                case 4 when kind is 5 or 7:
                    _item.Value = point.Double;
                    break;
                case 6 when kind is 5 or 7:
                    _item.Value = (long)point.Number;
                    break;
                case 5 when kind is 9 or 10:
                    _item.Value = point.Double;
                    break;
                case 8 when kind is 5 or 7:
                case 10 when kind is 9 or 10:
                    _item.IsEmpty = (point.Number & 1) != 0;
                    break;
                default:
                    break;
            }
        }
    }

    private void Log(ReadOnlySpan<byte> message, ITelemetrySink sink)
    {
        _item.Clear();
        _item.Name = "";
        var record = new WireReader(message);
        while (record.Next())
        {
            switch (record.Field)
            {
                case 1:
                    _item.TimeNs = (long)record.Number;
                    break;
                case 11:
                    _item.StartNs = (long)record.Number;
                    break;
                case 5:
                    _item.Body = Value(record.Bytes);
                    break;
                case 6:
                    Attribute(record.Bytes, _item.Own);
                    break;
                case 12:
                    _item.Name = texts.Of(record.Bytes);
                    break;
                default:
                    break;
            }
        }

        sink.Log(_item);
    }

    private void Span(ReadOnlySpan<byte> message, ITelemetrySink sink)
    {
        _item.Clear();
        _item.Name = "";
        var span = new WireReader(message);
        while (span.Next())
        {
            switch (span.Field)
            {
                case 5:
                    _item.Name = texts.Of(span.Bytes);
                    break;
                case 7:
                    _item.StartNs = (long)span.Number;
                    break;
                case 8:
                    _item.TimeNs = (long)span.Number;
                    break;
                case 9:
                    Attribute(span.Bytes, _item.Own);
                    break;
                default:
                    break;
            }
        }

        sink.Span(_item);
    }

    private void Attribute(ReadOnlySpan<byte> message, Attributes to)
    {
        var (key, value) = ("", "");
        var pair = new WireReader(message);
        while (pair.Next())
        {
            if (pair.Field == 1)
            {
                key = texts.Of(pair.Bytes);
            }
            else if (pair.Field == 2)
            {
                value = Value(pair.Bytes);
            }
        }

        to.Add(key, value);
    }

    /// <summary>An <c>AnyValue</c> as text; lists and maps are empty, since nothing here asks for one.</summary>
    private string Value(ReadOnlySpan<byte> message)
    {
        var value = new WireReader(message);
        var text = "";
        while (value.Next())
        {
            text = value.Field switch
            {
                1 => texts.Of(value.Bytes),
                2 => value.Number != 0 ? "true" : "false",
                3 => ((long)value.Number).ToString(CultureInfo.InvariantCulture),
                4 => value.Double.ToString("R", CultureInfo.InvariantCulture),
                _ => "",
            };
        }

        return text;
    }
}
