using Assay.Translation.Canonical;

namespace Assay.Translation.Anthropic;

/// <summary>Stop reasons in Anthropic's words.</summary>
internal static class AnthropicStops
{
    public static StopReason Read(string reason) => reason switch
    {
        "end_turn" => StopReason.EndTurn,
        "max_tokens" => StopReason.MaxTokens,
        "stop_sequence" => StopReason.StopSequence,
        "tool_use" => StopReason.ToolUse,
        "refusal" => StopReason.Refusal,
        "pause_turn" => StopReason.Paused,
        "model_context_window_exceeded" => StopReason.ContextFull,
        "" => StopReason.Unset,
        _ => StopReason.EndTurn,
    };

    public static ReadOnlySpan<byte> Name(in AnswerEnd end) => end.Stop switch
    {
        StopReason.MaxTokens => "max_tokens"u8,
        // Without the sequence itself a strict client cannot make sense of it (Chat says "stop" for both).
        StopReason.StopSequence when !end.StopSequence.IsEmpty => "stop_sequence"u8,
        StopReason.ToolUse => "tool_use"u8,
        StopReason.Refusal or StopReason.ContentFilter => "refusal"u8,
        StopReason.Paused => "pause_turn"u8,
        StopReason.ContextFull => "model_context_window_exceeded"u8,
        _ => "end_turn"u8,
    };
}
