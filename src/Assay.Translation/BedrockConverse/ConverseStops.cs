using Assay.Translation.Canonical;

namespace Assay.Translation.BedrockConverse;

/// <summary>Why an answer ended, in Bedrock's words.</summary>
internal static class ConverseStops
{
    public static StopReason Read(string reason) => reason switch
    {
        "end_turn" => StopReason.EndTurn,
        "tool_use" => StopReason.ToolUse,
        "max_tokens" => StopReason.MaxTokens,
        "stop_sequence" => StopReason.StopSequence,
        "guardrail_intervened" or "content_filtered" => StopReason.ContentFilter,
        "model_context_window_exceeded" => StopReason.ContextFull,
        "malformed_tool_use" or "malformed_model_output" => StopReason.BrokenCall,
        "refusal" => StopReason.Refusal,
        _ => StopReason.Unset,
    };
}
