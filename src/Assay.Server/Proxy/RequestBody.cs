using System.Buffers;

namespace Assay.Server.Proxy;

/// <summary>How reading a request's body ended.</summary>
internal enum BodyStatus
{
    Read,
    TooLarge,
    ClientGone,
}

/// <summary>A request's body in a pooled buffer. Dispose exactly once, after the last use of <see cref="Memory"/>.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBufferBytes = 16 * 1024;

    private byte[]? _buffer;
    private bool _isAbandoned;

    private RequestBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        Length = length;
    }

    public int Length { get; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    /// <summary>Takes over a pooled buffer.</summary>
    public static RequestBody Own(byte[] pooled, int length) => new(pooled, length);

    /// <summary>Reads the whole body, or says why not.</summary>
    public static async ValueTask<(BodyStatus Status, RequestBody? Body)> ReadAsync(
        HttpRequest request, int bytesMax, CancellationToken cancellation)
    {
        var announced = request.ContentLength;
        if (announced > bytesMax)
        {
            return (BodyStatus.TooLarge, null);
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(announced ?? FirstBufferBytes, 1));
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length >= bytesMax)
                    {
                        Return(buffer);
                        return (BodyStatus.TooLarge, null);
                    }

                    buffer = Grow(buffer, length);
                }

                var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellation);
                if (read == 0)
                {
                    return (BodyStatus.Read, new RequestBody(buffer, length));
                }

                length += read;
                if (length > bytesMax)
                {
                    Return(buffer);
                    return (BodyStatus.TooLarge, null);
                }

                if (length == announced)
                {
                    return (BodyStatus.Read, new RequestBody(buffer, length));
                }
            }
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            Return(buffer);
            return (BodyStatus.TooLarge, null);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or BadHttpRequestException)
        {
            Return(buffer);
            return (BodyStatus.ClientGone, null);
        }
    }

    /// <summary>
    /// Leaves the buffer to the garbage collector: somebody may still be reading it, and a buffer that is used again
    /// too early would send one caller's prompt in another's request.
    /// </summary>
    public void Abandon() => _isAbandoned = true;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer && !_isAbandoned)
        {
            // A prompt must not linger where a later bug could show it to somebody else.
            buffer.AsSpan(0, Length).Clear();
            Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        Return(buffer);
        return larger;
    }

    private static void Return(byte[] buffer) => ArrayPool<byte>.Shared.Return(buffer);
}
