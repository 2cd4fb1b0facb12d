using System.Buffers;

namespace Assay.Server.Formats;

/// <summary>Keeps an answer's body, for answers that are needed whole. What is larger than allowed is not kept at all.</summary>
internal sealed class KeptTap(int bytesMax) : UsageTap
{
    private readonly ArrayBufferWriter<byte> _kept = new();
    private bool _isTooLarge;

    /// <summary>The body; empty if it was too large.</summary>
    public ReadOnlyMemory<byte> Bytes => _isTooLarge ? default : _kept.WrittenMemory;

    protected override void Read(ReadOnlySpan<byte> bytes)
    {
        _isTooLarge |= _kept.WrittenCount + bytes.Length > bytesMax;
        if (!_isTooLarge)
        {
            _kept.Write(bytes);
        }
    }

    protected override UsageReading Finish() => new();
}
