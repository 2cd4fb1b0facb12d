namespace Assay.Server.Formats;

/// <summary>
/// The member names that lead to usage, numbered so that a path fits into eight bytes: each level shifts the path by
/// one byte. Names written with escapes are not recognised; no provider writes these so.
/// </summary>
internal static class JsonKeys
{
    public const ulong Item = 1;
    public const ulong Usage = 2;
    public const ulong Model = 3;
    public const ulong Kind = 4;
    public const ulong Error = 5;
    public const ulong Choices = 6;
    public const ulong FinishReason = 7;
    public const ulong ServiceTier = 8;
    public const ulong XGroq = 9;
    public const ulong Response = 10;
    public const ulong Output = 11;
    public const ulong Action = 12;
    public const ulong Message = 13;
    public const ulong Delta = 14;
    public const ulong Content = 15;
    public const ulong Text = 16;
    public const ulong Thinking = 17;
    public const ulong PartialJson = 18;
    public const ulong ReasoningContent = 19;
    public const ulong Reasoning = 20;
    public const ulong RefusalText = 21;
    public const ulong ToolCalls = 22;
    public const ulong Function = 23;
    public const ulong Arguments = 24;
    public const ulong UsageMetadata = 25;
    public const ulong ModelVersion = 26;
    public const ulong Candidates = 27;
    public const ulong Parts = 28;
    public const ulong FinishReasonCamel = 29;
    public const ulong GroundingMetadata = 30;
    public const ulong WebSearchQueries = 31;
    public const ulong PromptFeedback = 32;
    public const ulong Summary = 33;
    public const ulong Metadata = 34;
    public const ulong ToolUse = 35;
    public const ulong Input = 36;
    public const ulong ReasoningContentCamel = 37;
    public const ulong ReasoningText = 38;
    public const ulong InvocationMetrics = 39;
    public const ulong PromptTokenCount = 40;
    public const ulong GenerationTokenCount = 41;

    /// <summary>The number of a name; 0 if it leads nowhere.</summary>
    public static ulong IdOf(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 => key.SequenceEqual("type"u8) ? Kind : key.SequenceEqual("text"u8) ? Text : 0,
        5 => key.SequenceEqual("usage"u8) ? Usage
            : key.SequenceEqual("model"u8) ? Model
            : key.SequenceEqual("delta"u8) ? Delta
            : key.SequenceEqual("error"u8) ? Error
            : key.SequenceEqual("input"u8) ? Input
            : key.SequenceEqual("parts"u8) ? Parts : 0,
        6 => key.SequenceEqual("output"u8) ? Output
            : key.SequenceEqual("action"u8) ? Action
            : key.SequenceEqual("x_groq"u8) ? XGroq : 0,
        7 => key.SequenceEqual("choices"u8) ? Choices
            : key.SequenceEqual("content"u8) ? Content
            : key.SequenceEqual("message"u8) ? Message
            : key.SequenceEqual("refusal"u8) ? RefusalText
            : key.SequenceEqual("toolUse"u8) ? ToolUse
            : key.SequenceEqual("summary"u8) ? Summary : 0,
        8 => key.SequenceEqual("response"u8) ? Response
            : key.SequenceEqual("thinking"u8) ? Thinking
            : key.SequenceEqual("metadata"u8) ? Metadata
            : key.SequenceEqual("function"u8) ? Function : 0,
        9 => key.SequenceEqual("arguments"u8) ? Arguments : key.SequenceEqual("reasoning"u8) ? Reasoning : 0,
        10 => key.SequenceEqual("candidates"u8) ? Candidates : key.SequenceEqual("tool_calls"u8) ? ToolCalls : 0,
        12 => key.SequenceEqual("service_tier"u8) ? ServiceTier
            : key.SequenceEqual("modelVersion"u8) ? ModelVersion
            : key.SequenceEqual("finishReason"u8) ? FinishReasonCamel
            : key.SequenceEqual("partial_json"u8) ? PartialJson : 0,
        13 => key.SequenceEqual("finish_reason"u8) ? FinishReason
            : key.SequenceEqual("usageMetadata"u8) ? UsageMetadata
            : key.SequenceEqual("reasoningText"u8) ? ReasoningText : 0,
        14 => key.SequenceEqual("promptFeedback"u8) ? PromptFeedback : 0,
        16 => key.SequenceEqual("webSearchQueries"u8) ? WebSearchQueries
            : key.SequenceEqual("reasoningContent"u8) ? ReasoningContentCamel : 0,
        17 => key.SequenceEqual("reasoning_content"u8) ? ReasoningContent
            : key.SequenceEqual("groundingMetadata"u8) ? GroundingMetadata : 0,
        18 => key.SequenceEqual("prompt_token_count"u8) ? PromptTokenCount : 0,
        22 => key.SequenceEqual("generation_token_count"u8) ? GenerationTokenCount : 0,
        32 => key.SequenceEqual("amazon-bedrock-invocationMetrics"u8) ? InvocationMetrics : 0,
        _ => 0,
    };

    /// <summary>A path from its names, outermost first.</summary>
    public static ulong Path(ulong a, ulong b) => (a << 8) | b;
}
