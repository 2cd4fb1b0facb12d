using Assay.Translation.Canonical;

namespace Assay.Translation.OpenAIChat;

/// <summary>Finish reasons in Chat's words.</summary>
internal static class ChatStops
{
    public static StopReason Read(string reason) => reason switch
    {
        "stop" or "eos" or "end_turn" => StopReason.EndTurn,
        "length" or "max_tokens" or "model_length" => StopReason.MaxTokens,
        "tool_calls" or "function_call" => StopReason.ToolUse,
        "content_filter" => StopReason.ContentFilter,
        "" => StopReason.Unset,
        _ => StopReason.EndTurn,
    };

    /// <summary>
    /// Reasons that are no end: the server broke the answer off. OpenRouter says <c>error</c>, DeepSeek
    /// <c>insufficient_system_resource</c>, vLLM <c>abort</c>. Such an answer must not look whole.
    /// </summary>
    public static bool IsBroken(string reason) => reason is "error" or "insufficient_system_resource" or "abort";

    public static AnswerError Broken { get; } = new(
        ErrorKind.Overloaded, 503, Json.RawText.Of("The provider broke the answer off before it was complete."));

    public static ReadOnlySpan<byte> Name(StopReason stop) => stop switch
    {
        StopReason.MaxTokens or StopReason.ContextFull => "length"u8,
        StopReason.ToolUse => "tool_calls"u8,
        StopReason.ContentFilter => "content_filter"u8,
        _ => "stop"u8,
    };

    /// <summary>A refusal is text in <c>refusal</c> and ends with stop; without such text it was a filter's.</summary>
    public static ReadOnlySpan<byte> Name(StopReason stop, bool saidRefusal) =>
        stop == StopReason.Refusal ? saidRefusal ? "stop"u8 : "content_filter"u8 : Name(stop);
}
