namespace Assay.Server.Formats;

/// <summary>Reads an answer that is one JSON object, or a JSON array of objects as Gemini streams them.</summary>
internal sealed class BodyTap : UsageTap
{
    private readonly UsageReader _reader;
    private readonly JsonSkimmer _skimmer;
    private bool _isBehindMark;

    public BodyTap(UsageReader reader)
    {
        _reader = reader;
        _skimmer = new JsonSkimmer(reader);
    }

    public override long OutputBytes => _reader.OutputBytes;

    protected override void Read(ReadOnlySpan<byte> bytes)
    {
        if (!_isBehindMark)
        {
            // A byte order mark is at most three bytes of which none can begin JSON.
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            bytes = bytes.TrimStart(mark);
            _isBehindMark = !bytes.IsEmpty;
        }

        _skimmer.Feed(bytes);
    }

    protected override UsageReading Finish()
    {
        var isWhole = _skimmer.SawEnd && !_skimmer.IsOpen;
        _skimmer.Finish();
        var reading = _reader.Finish();
        reading.Malformed |= _skimmer.SawJunk;
        reading.SawEnd |= isWhole;
        return reading;
    }
}
