using System.Net;

namespace Assay.Server.Proxy;

/// <summary>
/// The bytes sent to the provider. Knows whether the transport may still be reading them: a provider can answer
/// before it has read the request, and then sending goes on after the answer has begun.
/// </summary>
internal sealed class ProviderContent(ReadOnlyMemory<byte> bytes) : HttpContent
{
    private volatile int _readers;

    /// <summary>Whether nobody reads the bytes any more, so that their buffer can be used again.</summary>
    public bool IsIdle => _readers == 0;

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _readers);
        await stream.WriteAsync(bytes, cancellationToken);
        // Not in a finally: after a failed or cancelled write the transport may hold on to the memory.
        Interlocked.Decrement(ref _readers);
    }
}
