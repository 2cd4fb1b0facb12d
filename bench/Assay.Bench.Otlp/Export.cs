using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Assay.Bench.Otlp;

/// <summary>
/// One exporter's request, as Claude Code sends it: a point for each session, model and class of tokens. Made once; only the times
/// are written anew before it is sent.
/// </summary>
internal sealed class Export
{
    private const int Names = 6;

    private readonly byte[] _message;
    private readonly List<int> _times = [];

    public Export(int exporter, int points)
    {
        var metric = new MemoryStream();
        for (var i = 0; i < points; i++)
        {
            string[] names =
            [
                "session.id", $"{exporter:x8}-{i / 8:x4}-4000-a000-000000000000", "user.id", $"installation-{exporter}", "terminal.type", "xterm",
                "model", i % 2 == 0 ? "claude-opus-5" : "claude-sonnet-5", "type", ((i / 2) % 4).ToString(CultureInfo.InvariantCulture), "query_source", "main",
            ];
            var point = new MemoryStream();
            for (var n = 0; n < Names; n++)
            {
                Field(point, 7, Pair(names[2 * n], names[(2 * n) + 1]));
            }

            Fixed(point, 2, 1);
            Fixed(point, 3, 0);
            Fixed(point, 6, 1);
            Field(metric, 1, point.ToArray());

            // The value is last, eight bytes behind its tag; the time is right before it.
            _times.Add((int)metric.Length - 17);
        }

        metric.Write([0x10, 1, 0x18, 1]);
        var head = new MemoryStream();
        Field(head, 1, Encoding.UTF8.GetBytes("claude_code.token.usage"));
        var scope = Wrap(2, Wrap(7, metric.ToArray(), head.ToArray()));
        var resource = new MemoryStream();
        Field(resource, 1, Pair("service.name", "claude-code"));
        Field(resource, 1, Pair("service.version", "2.1.240"));
        var whole = new MemoryStream();
        Field(whole, 1, resource.ToArray());
        Field(whole, 2, scope);
        _message = Wrap(1, whole.ToArray());
        var shift = _message.Length - 4 - (int)metric.Length + 4;
        for (var i = 0; i < _times.Count; i++)
        {
            _times[i] += shift;
        }

        Points = points;
    }

    public int Points { get; }

    public byte[] At(long timeNs)
    {
        var message = _message.ToArray();
        foreach (var at in _times)
        {
            BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(at, 8), timeNs);
        }

        return message;
    }

    private static byte[] Pair(string key, string value)
    {
        var pair = new MemoryStream();
        Field(pair, 1, Encoding.UTF8.GetBytes(key));
        var any = new MemoryStream();
        Field(any, 1, Encoding.UTF8.GetBytes(value));
        Field(pair, 2, any.ToArray());
        return pair.ToArray();
    }

    private static byte[] Wrap(int field, byte[] value, byte[]? before = null)
    {
        var message = new MemoryStream();
        message.Write(before ?? []);
        Field(message, field, value);
        return message.ToArray();
    }

    private static void Field(MemoryStream to, int field, byte[] value)
    {
        Varint(to, (uint)((field << 3) | 2));
        Varint(to, (uint)value.Length);
        to.Write(value);
    }

    private static void Fixed(MemoryStream to, int field, long value)
    {
        Varint(to, (uint)((field << 3) | 1));
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        to.Write(bytes);
    }

    private static void Varint(MemoryStream to, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }
}
