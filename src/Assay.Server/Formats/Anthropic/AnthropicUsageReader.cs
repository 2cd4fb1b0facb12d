using static Assay.Server.Formats.JsonKeys;

namespace Assay.Server.Formats.Anthropic;

/// <summary>Usage in the answers of the Messages API.</summary>
internal sealed class AnthropicUsageReader(bool isStream) : UsageReader
{
    private const ulong MessageUsage = (Message << 8) | Usage;
    private const ulong MessageModel = (Message << 8) | Model;
    private const ulong ContentItem = (Content << 8) | Item;

    private readonly bool _isStream = isStream;
    private AnthropicUsage _usage;
    private bool _statedOutput;
    private bool _isDelta;
    private bool _isMessage;
    private bool _isStop;
    private bool _outputHere;

    public override bool IsWorthReading(ReadOnlySpan<byte> data) =>
        UsageGate.HasValue(data, "\"usage\""u8)
        || (data.Length < 64 && data.IndexOf("message_stop"u8) >= 0)
        || data.StartsWith("{\"type\":\"error\""u8)
        || data.StartsWith("{\"error\""u8);

    public override bool OnName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("message_start"u8) || name.SequenceEqual("message_delta"u8)
        || name.SequenceEqual("message_stop"u8) || name.SequenceEqual("error"u8);

    public override Interest InterestIn(ulong path) => path switch
    {
        Kind or Usage or Model or Error or MessageUsage or MessageModel => Interest.Capture,
        Message or Delta or Content or ContentItem => Interest.Enter,
        (Delta << 8) | Text or (Delta << 8) | Thinking or (Delta << 8) | PartialJson => Interest.Measure,
        (ContentItem << 8) | Text or (ContentItem << 8) | Thinking => Interest.Measure,
        _ => Interest.None,
    };

    public override void BeginObject()
    {
        _isDelta = false;
        _isMessage = false;
        _isStop = false;
        _outputHere = false;
    }

    public override void OnValue(ulong path, ReadOnlySpan<byte> json)
    {
        switch (path)
        {
            case Usage or MessageUsage:
                var before = _usage.Output;
                _usage.Output = null;
                _usage.Update(json);
                _outputHere |= path == Usage && _usage.Output is not null;
                _usage.Output ??= before;
                break;
            case Model or MessageModel:
                Reading.Model = Latest(json, Reading.Model);
                break;
            case Error:
                Reading.ProviderFailed |= json[0] == '{';
                break;
            case Kind:
                _isDelta = json.SequenceEqual("\"message_delta\""u8);
                _isMessage = json.SequenceEqual("\"message\""u8);
                _isStop = json.SequenceEqual("\"message_stop\""u8);
                break;
        }
    }

    public override void EndObject(bool isWhole)
    {
        // At the top of an object usage is that of a delta or of a whole message; message_start has its own inside.
        _statedOutput |= _outputHere && (_isDelta || _isMessage || !_isStream);
        Reading.SawEnd |= _isStop;
        if (!_isStream)
        {
            Reading.Events = 1;
        }
    }

    public override UsageReading Finish()
    {
        Reading.Counts = _usage.ToCounts(out var malformed);
        Reading.Malformed |= malformed;
        Reading.HasInput = _usage.Input is not null;
        Reading.HasOutput = _statedOutput;
        Reading.ServiceTier = _usage.IsFast ? "fast" : ServiceTiers.FromName(_usage.Tier ?? "");
        Reading.SideModel = _usage.AdvisorModel ?? "";
        Reading.SideCounts = _usage.Advisor;
        return Reading;
    }
}
