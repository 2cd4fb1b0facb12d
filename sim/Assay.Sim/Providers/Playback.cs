using System.Buffers;
using System.IO.Compression;
using System.Net.Sockets;
using Assay.Sim.Faults;
using Assay.Sim.Script;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers;

/// <summary>How far an answer got on the wire.</summary>
internal readonly record struct Played(SimEnd End, Frame LastFrame, bool ToldUsage);

/// <summary>
/// Puts an answer on the wire as its instructions say, faults included. Every write waits until the socket has taken
/// it (the server's write buffer is next to nothing), so a cut comes exactly where it was asked for.
/// </summary>
internal sealed class Playback(HttpContext http, Answer answer, SimInstructions how, TimeProvider time, MemoryStream? copy, int copyMax)
{
    private static readonly TimeSpan s_clientClosesMax = TimeSpan.FromSeconds(5);
    private readonly CancellationToken _gone = http.RequestAborted;
    private Func<ReadOnlyMemory<byte>, Task> _write = static _ => Task.CompletedTask;
    private bool _encoded;
    private Frame _last;
    private bool _told;

    public long BytesWritten { get; private set; }

    public async Task<Played> PlayAsync()
    {
        try
        {
            return new Played(await PlayOrBreakAsync(), _last, _told);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && _gone.IsCancellationRequested)
        {
            return new Played(SimEnd.ClientGone, _last, _told);
        }
    }

    private async Task<SimEnd> PlayOrBreakAsync()
    {
        await WaitAsync(how.First);
        if (answer.Status < 400)
        {
            if (how.Fault == SimFault.NoAnswer)
            {
                return await WaitForClientToLeaveAsync();
            }

            if (how.Fault == SimFault.Reset && answer.Frames is null)
            {
                return Reset();
            }
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
        {
            http.Response.Headers.Append(name, value);
        }

        await using var body = new CopyingStream(this);
        _write = bytes => body.WriteAsync(bytes, _gone).AsTask();
        if (EncodingAccepted() is not { } encoding)
        {
            return await PlayAfterHeadersAsync();
        }

        // Not "await using": a broken answer must not get the encoder's proper end.
        http.Response.Headers.ContentEncoding = encoding;
        Stream encoder = encoding == "br"
            ? new BrotliStream(body, CompressionLevel.Fastest, leaveOpen: true)
            : new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true);
        _encoded = true;
        _write = async bytes =>
        {
            await encoder.WriteAsync(bytes, _gone);
            await encoder.FlushAsync(_gone);
        };
        var end = await PlayAfterHeadersAsync();
        if (end == SimEnd.Complete)
        {
            await encoder.DisposeAsync();
        }

        return end;
    }

    private async Task<SimEnd> PlayAfterHeadersAsync()
    {
        if (answer.Status < 400 && how.Fault == SimFault.Silent)
        {
            await http.Response.StartAsync(_gone);
            await http.Response.Body.FlushAsync(_gone);
            return await WaitForClientToLeaveAsync();
        }

        return answer.Frames is null ? await PlayBodyAsync() : await PlayFramesAsync(answer.Frames);
    }

    private async Task<SimEnd> PlayBodyAsync()
    {
        var fault = answer.Status < 400 ? how.Fault : SimFault.None;
        var body = Spoil(answer.Body, fault);
        if (!_encoded && fault != SimFault.HugeBody)
        {
            http.Response.ContentLength = body.Length + (fault == SimFault.WrongContentLength ? 64 : 0);
        }

        switch (fault)
        {
            case SimFault.CutMidEvent:
                await WriteAsync(body[..(body.Length / 2)]);
                return await CloseAsync();
            case SimFault.Cut:
                await WriteAsync(body[..^1]);
                return await CloseAsync();
            case SimFault.Stall:
                await WriteAsync(body[..(body.Length / 2)]);
                return await WaitForClientToLeaveAsync();
            case SimFault.WrongContentLength:
                await WriteAsync(body);
                return await CloseAsync();
            case SimFault.HugeBody:
                await WriteHugeAsync(body);
                break;
            default:
                await WriteAsync(body);
                break;
        }

        _told = answer.BodyTellsUsage && fault is not SimFault.MalformedJson;
        return SimEnd.Complete;
    }

    private async Task<SimEnd> PlayFramesAsync(IEnumerable<Frame> frames)
    {
        var at = how.At ?? Math.Max(1, answer.ContentEvents / 2);
        var content = 0;
        var struck = false;
        var isEventStream = answer.ContentType.StartsWith("text/event-stream", StringComparison.Ordinal);

        // One broken event leaves the others readable; in an array everything after it is lost.
        var readable = true;
        http.Response.Headers.CacheControl = "no-cache";
        await http.Response.StartAsync(_gone);
        foreach (var frame in frames)
        {
            await WaitAsync(how.Delay);
            content += frame.IsContent ? 1 : 0;
            readable |= isEventStream;
            var bytes = Spoil(frame.Bytes, how.Fault == SimFault.InvalidUtf8 ? how.Fault : SimFault.None);
            if (!struck && frame.IsContent && content == at)
            {
                struck = true;
                switch (how.Fault)
                {
                    case SimFault.CutMidEvent:
                        await WriteAsync(bytes[..(bytes.Length / 2)]);
                        return await CloseAsync();
                    case SimFault.Cut:
                        await WriteAsync(bytes);
                        _last = frame;
                        return await CloseAsync();
                    case SimFault.Reset:
                        return Reset();
                    case SimFault.Stall:
                        return await WaitForClientToLeaveAsync();
                    case SimFault.ErrorMidStream:
                        await WriteAsync(answer.ErrorFrame);
                        return SimEnd.Broken;
                    case SimFault.MalformedJson:
                        bytes = Spoil(bytes, SimFault.MalformedJson);
                        readable = false;
                        break;
                    case SimFault.HugeBody:
                        await WriteHugeAsync(bytes);
                        _last = frame;
                        continue;
                }
            }

            await WriteAsync(bytes);
            if (how.Unusual && frame.IsContent && content == at)
            {
                await WriteAsync(isEventStream
                    ? ": keep-alive\n\nid: 7\nretry: 3000\n\n"u8.ToArray()
                    : " \n\t"u8.ToArray());
            }

            _last = frame;
            _told |= frame.TellsUsage && readable;
        }

        return SimEnd.Complete;
    }

    /// <summary>The bytes with a fault in them.</summary>
    private ReadOnlyMemory<byte> Spoil(ReadOnlyMemory<byte> bytes, SimFault fault)
    {
        var last = bytes.Span.LastIndexOf((byte)'}');
        switch (fault)
        {
            case SimFault.MalformedJson when last >= 0:
                return (byte[])[.. bytes.Span[..last], .. bytes.Span[(last + 1)..]];
            case SimFault.InvalidUtf8:
                var at = bytes.Span.IndexOf("╳"u8);
                return at < 0 ? bytes : (byte[])[.. bytes.Span[..at], 0xFF, 0xC3, 0x28, .. bytes.Span[(at + 3)..]];
            default:
                return how.Unusual && answer.Frames is null && last > 0 && answer.Status < 400
                    ? (byte[])[.. bytes.Span[..last], .. Unknown, .. bytes.Span[last..]]
                    : bytes;
        }
    }

    private static ReadOnlySpan<byte> Unknown =>
        " ,\n\t\"x_unknown\" : { \"nested\":[1, 2.50,1e3 , null], \"usage\" : \"none of this counts\" }\r\n"u8;

    private async Task WriteHugeAsync(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.LastIndexOf((byte)'}');
        await WriteAsync(bytes[..end]);
        await WriteAsync(",\"x_padding\":\""u8.ToArray());
        var block = ArrayPool<byte>.Shared.Rent(64 * 1024);
        block.AsSpan().Fill((byte)'x');
        for (var left = how.Bytes ?? 8 * 1024 * 1024; left > 0;)
        {
            var take = (int)Math.Min(left, block.Length);
            await WriteAsync(block.AsMemory(0, take));
            left -= take;
        }

        ArrayPool<byte>.Shared.Return(block);
        await WriteAsync("\""u8.ToArray());
        await WriteAsync(bytes[end..]);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _write(bytes);
        await http.Response.Body.FlushAsync(_gone);
        _gone.ThrowIfCancellationRequested();
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, time, _gone);
        }
    }

    private async Task<SimEnd> WaitForClientToLeaveAsync()
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, time, _gone);
        return SimEnd.ClientGone;
    }

    /// <summary>Ends the connection politely (FIN) in the middle of the answer.</summary>
    private async Task<SimEnd> CloseAsync()
    {
        // The server's own abort would reset the connection, and a reset may overtake what the client has not read yet.
        http.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
        try
        {
            await Task.Delay(s_clientClosesMax, time, _gone);
        }
        catch (OperationCanceledException)
        {
            // The client has seen the end and closed its side.
        }

        http.Abort();
        return SimEnd.Broken;
    }

    /// <summary>Ends the connection rudely (RST).</summary>
    private SimEnd Reset()
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }

        http.Abort();
        return SimEnd.Broken;
    }

    private string? EncodingAccepted() =>
        how.Encoding is { } encoding && http.Request.Headers.AcceptEncoding.ToString().Contains(encoding, StringComparison.OrdinalIgnoreCase)
            ? encoding
            : null;

    /// <summary>Counts what goes to the client, and keeps a copy if one is wanted.</summary>
    private sealed class CopyingStream(Playback owner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("only async writes");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await owner.Response.Body.WriteAsync(buffer, cancellationToken);
            owner.BytesWritten += buffer.Length;
            if (owner.Copy is { } copy && copy.Length < owner.CopyMax)
            {
                copy.Write(buffer.Span[..(int)Math.Min(buffer.Length, owner.CopyMax - copy.Length)]);
            }
        }
    }

    private HttpResponse Response => http.Response;

    private MemoryStream? Copy => copy;

    private int CopyMax => copyMax;
}
