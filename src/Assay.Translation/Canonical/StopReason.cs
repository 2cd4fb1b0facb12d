namespace Assay.Translation.Canonical;

/// <summary>Why an answer ended.</summary>
internal enum StopReason : byte
{
    Unset,
    EndTurn,
    MaxTokens,
    StopSequence,
    ToolUse,

    /// <summary>The model declined.</summary>
    Refusal,

    /// <summary>A filter took the answer away.</summary>
    ContentFilter,

    /// <summary>Anthropic: a long turn that the client shall continue.</summary>
    Paused,

    /// <summary>The context is full.</summary>
    ContextFull,

    /// <summary>Gemini: the model's call could not be read.</summary>
    BrokenCall,
}
