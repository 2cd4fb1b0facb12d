using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Assay.Server.Tests.Outcomes.Otlp;

/// <summary>OTLP requests, written once and sent in either encoding.</summary>
internal static class OtlpMessage
{
    internal sealed record Item(
        string Name, long TimeNs, double Value = 0, long StartNs = 1, bool IsDelta = true, string Shape = "sum", string Body = "",
        params (string Key, object Value)[] Attributes);

    public static byte[] Metrics(IEnumerable<Item> items, bool isJson = false, params (string, object)[] resource) =>
        isJson ? JsonOf("Metrics", "metrics", resource, items.Select(JsonMetric)) : ProtobufOf(resource, items.Select(ProtobufMetric));

    public static byte[] Logs(IEnumerable<Item> items, bool isJson = false, params (string, object)[] resource) => isJson
        ? JsonOf("Logs", "logRecords", resource, items.Select(i => (object)new
        {
            timeUnixNano = Text(i.TimeNs),
            body = new { stringValue = i.Body },
            eventName = i.Name,
            attributes = i.Attributes.Select(JsonAttribute),
        }))
        : ProtobufOf(resource, items.Select(i => Join(
            Fixed(1, (ulong)i.TimeNs), Bytes(5, Bytes(1, i.Body)), Bytes(12, i.Name), All(6, i.Attributes))));

    public static byte[] Traces(IEnumerable<Item> items, bool isJson = false, params (string, object)[] resource) => isJson
        ? JsonOf("Spans", "spans", resource, items.Select(i => (object)new
        {
            name = i.Name,
            traceId = "5b8efff798038103d269b633813fc60c",
            endTimeUnixNano = Text(i.TimeNs),
            attributes = i.Attributes.Select(JsonAttribute),
        }))
        : ProtobufOf(resource, items.Select(i => Join(Bytes(5, i.Name), Fixed(8, (ulong)i.TimeNs), All(9, i.Attributes))));

    private static byte[] JsonOf(string signal, string list, (string, object)[] resource, IEnumerable<object> items)
    {
        // What is described comes before what describes it, so that nobody may rely on the order.
        var scopes = new Dictionary<string, object> { [list] = items };
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["resource" + signal] = new[]
            {
                new Dictionary<string, object>
                {
                    ["scope" + signal] = new[] { scopes },
                    ["resource"] = new { attributes = resource.Select(JsonAttribute) },
                },
            },
        });
    }

    private static object JsonMetric(Item item)
    {
        var points = new[]
        {
            item.Shape == "histogram"
                ? (object)new { attributes = item.Attributes.Select(JsonAttribute), startTimeUnixNano = Text(item.StartNs), timeUnixNano = Text(item.TimeNs), count = "3", sum = item.Value }
                : item.Value == Math.Floor(item.Value)
                    ? new { attributes = item.Attributes.Select(JsonAttribute), startTimeUnixNano = Text(item.StartNs), timeUnixNano = Text(item.TimeNs), asInt = Text((long)item.Value) }
                    : new { attributes = item.Attributes.Select(JsonAttribute), startTimeUnixNano = Text(item.StartNs), timeUnixNano = Text(item.TimeNs), asDouble = item.Value },
        };
        var data = new Dictionary<string, object> { ["dataPoints"] = points };
        if (item.Shape != "gauge")
        {
            data["aggregationTemporality"] = item.IsDelta ? 1 : 2;
            data["isMonotonic"] = true;
        }

        return new Dictionary<string, object> { [item.Shape] = data, ["name"] = item.Name };
    }

    private static byte[] ProtobufMetric(Item item)
    {
        var value = item.Shape == "histogram" ? Join(Fixed(4, 3), Fixed(5, BitConverter.DoubleToUInt64Bits(item.Value)))
            : item.Value == Math.Floor(item.Value) ? Fixed(6, (ulong)(long)item.Value) : Fixed(4, BitConverter.DoubleToUInt64Bits(item.Value));
        var point = Join(
            All(item.Shape == "histogram" ? 9 : 7, item.Attributes), Fixed(2, (ulong)item.StartNs), Fixed(3, (ulong)item.TimeNs), value);
        var data = item.Shape == "gauge" ? Bytes(1, point) : Join(Bytes(1, point), Number(2, item.IsDelta ? 1UL : 2UL), Number(3, 1));
        return Join(Bytes(item.Shape switch { "gauge" => 5, "sum" => 7, _ => 9 }, data), Bytes(1, item.Name));
    }

    private static byte[] ProtobufOf((string, object)[] resource, IEnumerable<byte[]> items) => Bytes(1, Join(
        Bytes(2, Join([Bytes(1, Bytes(1, "scope")), .. items.Select(i => Bytes(2, i))])), Bytes(1, All(1, resource))));

    private static byte[] All(int field, (string Key, object Value)[] attributes) =>
        Join([.. attributes.Select(a => Bytes(field, Join(Bytes(1, a.Key), Bytes(2, a.Value switch
        {
            string text => Bytes(1, text),
            bool flag => Number(2, flag ? 1UL : 0),
            double number => Fixed(4, BitConverter.DoubleToUInt64Bits(number)),
            _ => Number(3, (ulong)Convert.ToInt64(a.Value, CultureInfo.InvariantCulture)),
        }))))]);

    private static object JsonAttribute((string Key, object Value) attribute) => new
    {
        key = attribute.Key,
        value = attribute.Value switch
        {
            string text => (object)new { stringValue = text },
            bool flag => new { boolValue = flag },
            double number => new { doubleValue = number },
            _ => new { intValue = Convert.ToString(attribute.Value, CultureInfo.InvariantCulture) },
        },
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] value) => Join(Varint(((ulong)field << 3) | 2), Varint((ulong)value.Length), value);

    private static byte[] Number(int field, ulong value) => Join(Varint((ulong)field << 3), Varint(value));

    private static byte[] Fixed(int field, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Join(Varint(((ulong)field << 3) | 1), bytes);
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(p => p)];
}
