using System.Buffers;
using Assay.Server.Routing.Dialects.Aws;

namespace Assay.Server.Formats;

/// <summary>Reads usage from frames that go to the client as they came: each is opened for the meter alone.</summary>
internal sealed class FramedTap(UsageTap events) : UsageTap
{
    private readonly EventFrames _frames = new();
    private readonly ArrayBufferWriter<byte> _opened = new(4096);

    public override long OutputBytes => events.OutputBytes;

    protected override void Read(ReadOnlySpan<byte> bytes)
    {
        _opened.ResetWrittenCount();
        _frames.Write(bytes, _opened);
        events.Observe(_opened.WrittenSpan);
    }

    protected override UsageReading Finish() => events.Complete();
}
