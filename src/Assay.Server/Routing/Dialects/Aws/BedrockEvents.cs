using System.Buffers;

namespace Assay.Server.Routing.Dialects.Aws;

/// <summary>Bedrock's stream, read as server-sent events.</summary>
internal sealed class BedrockEvents(Stream source) : Stream
{
    private const int ReadBytes = 16 * 1024;

    private readonly EventFrames _frames = new();
    private readonly ArrayBufferWriter<byte> _events = new(4096);
    private int _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _events.WrittenCount)
        {
            if (buffer.IsEmpty)
            {
                // An empty read waits for bytes; they may turn out to be no whole event yet.
                return await source.ReadAsync(buffer, cancellationToken);
            }

            var bytes = ArrayPool<byte>.Shared.Rent(ReadBytes);
            try
            {
                var read = await source.ReadAsync(bytes, cancellationToken);
                if (read == 0)
                {
                    return _frames.IsAtEnd ? 0 : throw new IOException("The provider's event stream ended inside a frame.");
                }

                _given = 0;
                _events.ResetWrittenCount();
                _frames.Write(bytes.AsSpan(0, read), _events);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }

        var take = Math.Min(buffer.Length, _events.WrittenCount - _given);
        _events.WrittenMemory.Slice(_given, take).CopyTo(buffer);
        _given += take;
        return take;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("only async reads");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
