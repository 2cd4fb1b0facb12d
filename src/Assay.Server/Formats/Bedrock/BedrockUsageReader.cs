using static Assay.Server.Formats.JsonKeys;

namespace Assay.Server.Formats.Bedrock;

/// <summary>
/// Usage in answers of Bedrock: <c>Converse</c> and its stream, and <c>InvokeModel</c> of models whose own format nobody
/// else here speaks. At an invoked stream's end Bedrock itself says what was used.
/// </summary>
internal sealed class BedrockUsageReader(bool isStream) : UsageReader
{
    private const ulong MetadataUsage = (Metadata << 8) | Usage;
    private const ulong OutputMessage = (Output << 8) | Message;
    private const ulong OutputContent = (OutputMessage << 8) | Content;
    private const ulong OutputBlock = (OutputContent << 8) | Item;
    private const ulong OutputReasoning = (OutputBlock << 8) | ReasoningContentCamel;
    private const ulong OutputReasoningText = (OutputReasoning << 8) | ReasoningText;

    private BedrockUsage _usage;
    private bool _statedOutput;
    private bool _isWhole;

    public override bool IsWorthReading(ReadOnlySpan<byte> data) =>
        UsageGate.HasValue(data, "\"usage\""u8)
        || data.IndexOf("\"amazon-bedrock-invocationMetrics\""u8) >= 0
        || data.StartsWith("{\"type\":\"error\""u8);

    // The event of a frame: what it is stands in its name alone.
    public override bool OnName(ReadOnlySpan<byte> name) => name.SequenceEqual("metadata"u8) || name.SequenceEqual("error"u8);

    public override Interest InterestIn(ulong path) => path switch
    {
        Usage or MetadataUsage or InvocationMetrics or Error or PromptTokenCount or GenerationTokenCount => Interest.Capture,
        Metadata or Output or OutputMessage or OutputContent or OutputBlock or OutputReasoning or OutputReasoningText => Interest.Enter,
        Delta or (Delta << 8) | ToolUse or (Delta << 8) | ReasoningContentCamel => Interest.Enter,
        (Delta << 8) | Text or (((Delta << 8) | ToolUse) << 8) | Input or (((Delta << 8) | ReasoningContentCamel) << 8) | Text => Interest.Measure,
        (OutputBlock << 8) | Text or (OutputReasoningText << 8) | Text => Interest.Measure,
        _ => Interest.None,
    };

    public override void OnValue(ulong path, ReadOnlySpan<byte> json)
    {
        switch (path)
        {
            case Usage or MetadataUsage or InvocationMetrics:
                _statedOutput |= _usage.Update(json) && _usage.Output is not null;
                break;
            case PromptTokenCount:
                _usage.Input = BedrockUsage.Number(json) ?? _usage.Input;
                break;
            case GenerationTokenCount:
                _usage.Output = BedrockUsage.Number(json) ?? _usage.Output;
                _statedOutput |= !isStream && _usage.Output is not null;
                break;
            case Error:
                Reading.ProviderFailed |= json[0] == '{';
                break;
        }
    }

    public override void EndObject(bool isWhole)
    {
        _isWhole |= isWhole;
        if (!isStream)
        {
            Reading.Events = 1;
        }
    }

    public override UsageReading Finish()
    {
        Reading.Counts = _usage.ToCounts();
        Reading.Malformed |= _usage.Malformed;
        Reading.HasInput = _usage.Input is not null;
        Reading.HasOutput = _statedOutput;
        Reading.SawEnd |= isStream && _statedOutput && _isWhole;
        return Reading;
    }
}
