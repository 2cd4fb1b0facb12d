using System.Buffers;
using System.IO.Compression;

namespace Assay.Server.Formats;

/// <summary>
/// For answers that the provider compressed: keeps a bounded copy of the compressed bytes and reads usage from them at
/// the end, so that the client gets exactly what the provider sent. A cut answer yields what can be unpacked.
/// </summary>
internal sealed class CompressedTap(UsageTap inner, string contentEncoding) : UsageTap
{
    public const int CompressedBytesMax = 32 * 1024 * 1024;
    public const long PlainBytesMax = 512L * 1024 * 1024;

    private readonly UsageTap _inner = inner;
    private readonly string _encoding = contentEncoding.Trim();
    private readonly ArrayBufferWriter<byte> _kept = new();
    private bool _isTooLarge;

    protected override void Read(ReadOnlySpan<byte> bytes)
    {
        _isTooLarge |= _kept.WrittenCount + bytes.Length > CompressedBytesMax;
        if (_isTooLarge)
        {
            _kept.ResetWrittenCount();
        }
        else
        {
            _kept.Write(bytes);
        }
    }

    protected override UsageReading Finish()
    {
        var gaveUp = _isTooLarge || !TryUnpack();
        var reading = _inner.Complete();
        reading.GaveUp |= gaveUp;
        return reading;
    }

    private bool TryUnpack()
    {
        using var packed = new MemoryStream(_kept.WrittenSpan.ToArray(), writable: false);
        using var plain = Open(packed);
        if (plain is null)
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var total = 0L; total <= PlainBytesMax;)
            {
                var count = plain.Read(buffer, 0, buffer.Length);
                if (count == 0)
                {
                    return true;
                }

                _inner.Observe(buffer.AsSpan(0, count));
                total += count;
            }

            return false;
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException or IOException)
        {
            // Cut in the middle, or not what its header says: what came out before is still true.
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private Stream? Open(Stream packed)
    {
        if (_encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase)
            || _encoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase))
        {
            return new GZipStream(packed, CompressionMode.Decompress);
        }

        if (_encoding.Equals("br", StringComparison.OrdinalIgnoreCase))
        {
            return new BrotliStream(packed, CompressionMode.Decompress);
        }

        if (_encoding.Equals("deflate", StringComparison.OrdinalIgnoreCase))
        {
            // The standard means zlib's wrapping; some servers send bare deflate.
            var bytes = _kept.WrittenSpan;
            var isWrapped = bytes.Length >= 2 && (bytes[0] & 0x0F) == 8 && ((bytes[0] << 8) | bytes[1]) % 31 == 0;
            return isWrapped
                ? new ZLibStream(packed, CompressionMode.Decompress)
                : new DeflateStream(packed, CompressionMode.Decompress);
        }

        return null;
    }
}
