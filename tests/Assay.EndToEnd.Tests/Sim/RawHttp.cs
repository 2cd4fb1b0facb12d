using System.Net.Sockets;
using System.Text;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>What arrived on a socket, to the byte, and how the connection ended.</summary>
internal sealed record RawAnswer(string Head, byte[] Body, bool Reset)
{
    public int Status => int.Parse(Head.AsSpan(9, 3));

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether the body ended as HTTP says: by its length or by the last chunk.</summary>
    public required bool Complete { get; init; }
}

/// <summary>HTTP/1.1 over a bare socket, because clients hide what a test of faults must see.</summary>
internal static class RawHttp
{
    /// <summary>Posts a body and reads until the answer ends, the connection does, or <paramref name="enough"/> says so.</summary>
    public static async Task<RawAnswer> PostAsync(
        Uri uri, string body, string headers, CancellationToken cancellationToken, Func<ReadOnlyMemory<byte>, bool>? enough = null)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(uri.Host, uri.Port, cancellationToken);
        var request = $"POST {uri.PathAndQuery} HTTP/1.1\r\nHost: {uri.Authority}\r\nAuthorization: Bearer sk-test\r\n" +
            $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}";
        await socket.SendAsync(Encoding.UTF8.GetBytes(request), cancellationToken);

        using var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var reset = false;
        while (true)
        {
            int read;
            try
            {
                read = await socket.ReceiveAsync(buffer, cancellationToken);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                reset = true;
                break;
            }

            received.Write(buffer, 0, read);
            var all = received.GetBuffer().AsMemory(0, (int)received.Length);
            if (read == 0 || IsComplete(all.Span) || (enough?.Invoke(all) ?? false))
            {
                break;
            }
        }

        return Read(received.ToArray(), reset);
    }

    private static RawAnswer Read(byte[] all, bool reset)
    {
        var end = all.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return new RawAnswer(Encoding.ASCII.GetString(all), [], reset) { Complete = false };
        }

        var head = Encoding.ASCII.GetString(all, 0, end);
        var body = all[(end + 4)..];
        return new RawAnswer(head, IsChunked(head) ? Unchunk(body) : body, reset) { Complete = IsComplete(all) };
    }

    private static bool IsComplete(ReadOnlySpan<byte> all)
    {
        var end = all.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = Encoding.ASCII.GetString(all[..end]);
        if (IsChunked(head))
        {
            return all.EndsWith("\r\n0\r\n\r\n"u8) || all[(end + 4)..].SequenceEqual("0\r\n\r\n"u8);
        }

        const string Name = "content-length: ";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && all.Length - end - 4 >= int.Parse(head.AsSpan(at + Name.Length).ToString().Split('\r')[0]);
    }

    private static bool IsChunked(string head) => head.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase);

    private static byte[] Unchunk(byte[] body)
    {
        using var plain = new MemoryStream();
        var rest = body.AsSpan();
        while (rest.IndexOf("\r\n"u8) is > 0 and var line)
        {
            var size = Convert.ToInt32(Encoding.ASCII.GetString(rest[..line]), 16);
            rest = rest[(line + 2)..];
            var take = Math.Min(size, rest.Length);
            plain.Write(rest[..take]);
            rest = rest[Math.Min(rest.Length, size + 2)..];
            if (size == 0)
            {
                break;
            }
        }

        return plain.ToArray();
    }
}
