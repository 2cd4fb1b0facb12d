using System.Buffers;

namespace Assay.Server.Proxy.Caching;

/// <summary>The client's body, of which a copy is kept while it is written; too long a one is not kept.</summary>
internal sealed class RecordedBody(Stream client, int bytesMax) : Stream
{
    private readonly ArrayBufferWriter<byte> _copy = new(4096);
    private bool _isTooLong;

    /// <summary>All that was written; null if it was too long.</summary>
    public byte[]? Bytes => _isTooLong ? null : _copy.WrittenSpan.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await client.WriteAsync(buffer, cancellationToken);
        _isTooLong |= _copy.WrittenCount + buffer.Length > bytesMax;
        if (!_isTooLong)
        {
            _copy.Write(buffer.Span);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => client.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException("only async writes");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("only async writes");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
