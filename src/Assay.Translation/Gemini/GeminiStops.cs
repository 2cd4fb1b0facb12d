using Assay.Translation.Canonical;

namespace Assay.Translation.Gemini;

/// <summary>Finish reasons in Gemini's words.</summary>
internal static class GeminiStops
{
    public static StopReason Read(string reason) => reason switch
    {
        "" or "FINISH_REASON_UNSPECIFIED" => StopReason.Unset,
        "STOP" => StopReason.EndTurn,
        "MAX_TOKENS" => StopReason.MaxTokens,
        "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" => StopReason.BrokenCall,
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "LANGUAGE" or "IMAGE_SAFETY" => StopReason.ContentFilter,
        _ => StopReason.EndTurn,
    };

    public static ReadOnlySpan<byte> Name(StopReason stop) => stop switch
    {
        StopReason.MaxTokens or StopReason.ContextFull => "MAX_TOKENS"u8,
        StopReason.Refusal or StopReason.ContentFilter => "SAFETY"u8,
        StopReason.BrokenCall => "MALFORMED_FUNCTION_CALL"u8,
        _ => "STOP"u8,
    };
}
