using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Assay.Bench.Upstream;

/// <summary>
/// One keep-alive connection. It reads just enough HTTP to find the end of a request and answers with ready bytes, so
/// that the upstream costs as little of the shared machine as possible. Nothing is allocated per request.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int RequestBytesMax = 64 * 1024;

    private readonly Socket _socket;
    private readonly Pacer _pacer;
    private readonly byte[] _buffer = new byte[RequestBytesMax];
    private int _filled;

    internal Connection(Socket socket, Pacer pacer)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _pacer = pacer;
    }

    internal async Task RunAsync()
    {
        using (this)
        {
            try
            {
                while (await ReadRequestAsync() is var length and > 0)
                {
                    var request = _buffer.AsMemory(0, length);
                    if (request.Span.IndexOf("\"stream\":true"u8) < 0)
                    {
                        await _socket.SendAsync(Answers.Json);
                    }
                    else
                    {
                        await StreamAsync(
                            withUsage: request.Span.IndexOf("\"include_usage\":true"u8) >= 0,
                            paced: request.Span.IndexOf("\"user\":\"paced\""u8) >= 0,
                            apart: request.Span.IndexOf("\"user\":\"apart\""u8) >= 0);
                    }

                    _buffer.AsSpan(length, _filled - length).CopyTo(_buffer);
                    _filled -= length;
                }
            }
            catch (SocketException)
            {
                // The other side has gone: that is how a measurement ends.
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task StreamAsync(bool withUsage, bool paced, bool apart)
    {
        await _socket.SendAsync(Answers.StreamHead);
        for (var i = 0; i < Answers.Events; i++)
        {
            if (i == Answers.UsageEvent && !withUsage)
            {
                continue;
            }

            if (paced && i > 0)
            {
                await _pacer.NextAsync();
            }
            else if (apart && i == 1)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            }

            await _socket.SendAsync(Answers.Chunks[i]);
        }

        await _socket.SendAsync(Answers.StreamEnd);
    }

    /// <summary>Reads until a whole request is in the buffer; its length, or 0 when the client is done.</summary>
    private async ValueTask<int> ReadRequestAsync()
    {
        while (true)
        {
            if (LengthOfRequest(_buffer.AsSpan(0, _filled)) is var length and > 0 && _filled >= length)
            {
                return length;
            }

            if (_filled == _buffer.Length)
            {
                return 0;
            }

            var read = await _socket.ReceiveAsync(_buffer.AsMemory(_filled));
            if (read == 0)
            {
                return 0;
            }

            _filled += read;
        }
    }

    private static int LengthOfRequest(ReadOnlySpan<byte> bytes)
    {
        var head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return 0;
        }

        head += 4;
        if (HeaderValue(bytes[..head], "content-length:") is { Length: > 0 } text)
        {
            return head + int.Parse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }

        // A proxy that re-frames the body sends chunks; the last one is empty.
        if (HeaderValue(bytes[..head], "transfer-encoding:").IsEmpty)
        {
            return head;
        }

        var end = bytes[head..].IndexOf("0\r\n\r\n"u8);
        return end < 0 ? 0 : head + end + 5;
    }

    private static ReadOnlySpan<byte> HeaderValue(ReadOnlySpan<byte> head, string name)
    {
        while (head.Length > 2)
        {
            var end = head.IndexOf("\r\n"u8);
            var line = head[..end];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                return line[name.Length..];
            }

            head = head[(end + 2)..];
        }

        return default;
    }
}
