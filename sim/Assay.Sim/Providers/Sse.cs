using System.Text;

namespace Assay.Sim.Providers;

/// <summary>Server-sent events as bytes.</summary>
internal static class Sse
{
    public static ReadOnlyMemory<byte> Data(ReadOnlySpan<byte> json, string newLine = "\n") =>
        Join("data: "u8, json, newLine);

    public static ReadOnlyMemory<byte> Event(string name, ReadOnlySpan<byte> json) =>
        Join(Encoding.ASCII.GetBytes($"event: {name}\ndata: "), json, "\n");

    private static byte[] Join(ReadOnlySpan<byte> head, ReadOnlySpan<byte> json, string newLine)
    {
        var bytes = new byte[head.Length + json.Length + (newLine.Length * 2)];
        head.CopyTo(bytes);
        json.CopyTo(bytes.AsSpan(head.Length));
        var tail = bytes.AsSpan(head.Length + json.Length);
        Encoding.ASCII.GetBytes(newLine, tail);
        Encoding.ASCII.GetBytes(newLine, tail[newLine.Length..]);
        return bytes;
    }
}
