namespace Assay.Translation;

/// <summary>The formats between which a call can be translated.</summary>
public enum ApiFormat : byte
{
    /// <summary>Anthropic: <c>POST /v1/messages</c>.</summary>
    AnthropicMessages,

    /// <summary>OpenAI: <c>POST /v1/chat/completions</c>, also spoken by most servers of open models.</summary>
    OpenAIChat,

    /// <summary>OpenAI: <c>POST /v1/responses</c>.</summary>
    OpenAIResponses,

    /// <summary>Gemini: <c>POST /v1beta/models/{model}:generateContent</c> and its stream.</summary>
    Gemini,
}
