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

    /// <summary>
    /// Amazon Bedrock: <c>Converse</c> and <c>ConverseStream</c>, the one API of all models there. An upstream only: no client's
    /// call is translated from it.
    /// </summary>
    BedrockConverse,
}
