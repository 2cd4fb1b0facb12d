using Assay.Server.Formats;
using Assay.Server.Routing;
using Assay.Translation;

namespace Assay.Server.Proxy.Translation;

/// <summary>In which format and at which path a provider is asked, and whether that needs a translation.</summary>
internal static class Wire
{
    /// <summary>Whether calls of this kind can be put into another format.</summary>
    public static bool IsTranslatable(Operation operation) => operation is
        Operation.ChatCompletions or Operation.Responses or Operation.Messages
        or Operation.GenerateContent or Operation.StreamGenerateContent;

    /// <summary>Calls for vectors, which OpenAI's and Gemini's formats know.</summary>
    public static bool IsForVectors(Operation operation) => operation is
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents;

    /// <summary>Whether a provider can be asked this, in its own format or in another.</summary>
    public static bool CanBeAsked(Provider provider, RouteMatch match) =>
        provider.Format == match.Format
        || IsTranslatable(match.Operation)
        || (IsForVectors(match.Operation) && provider.Format is WireFormat.OpenAI or WireFormat.Gemini);

    /// <summary>Whether a provider understands the call as it is.</summary>
    public static bool Speaks(Provider provider, RouteMatch match) =>
        provider.Format == match.Format && (match.Operation != Operation.Responses || provider.SpeaksResponses);

    /// <summary>The call as the provider is asked: itself, or what it becomes in the provider's format.</summary>
    public static RouteMatch At(Provider provider, RouteMatch match, bool isStream) =>
        Speaks(provider, match) || match.Cloud is not null || !CanBeAsked(provider, match) ? match
        : IsForVectors(match.Operation) ? provider.Format == WireFormat.Gemini
            ? new RouteMatch(WireFormat.Gemini, Operation.BatchEmbedContents, Version: "v1beta")
            : new RouteMatch(WireFormat.OpenAI, Operation.Embeddings)
        : provider.Format switch
        {
            WireFormat.Converse => new RouteMatch(WireFormat.Converse, Operation.Converse) { Streams = isStream },
            WireFormat.Anthropic => new RouteMatch(WireFormat.Anthropic, Operation.Messages),
            WireFormat.Gemini => new RouteMatch(
                WireFormat.Gemini, isStream ? Operation.StreamGenerateContent : Operation.GenerateContent, Version: "v1beta"),
            _ => new RouteMatch(WireFormat.OpenAI, Operation.ChatCompletions),
        };

    /// <summary>Path and query of a translated call.</summary>
    public static (string Path, string Query) Address(RouteMatch match, string model) => match.Operation switch
    {
        Operation.Messages => ("/v1/messages", ""),
        Operation.StreamGenerateContent => (PathTable.GeminiPath(match, model), "?alt=sse"),
        Operation.GenerateContent or Operation.BatchEmbedContents => (PathTable.GeminiPath(match, model), ""),
        Operation.Embeddings => ("/v1/embeddings", ""),
        _ => ("/v1/chat/completions", ""),
    };

    public static ApiFormat FormatOf(Operation operation) => operation switch
    {
        Operation.Messages or Operation.CountTokens => ApiFormat.AnthropicMessages,
        Operation.Responses => ApiFormat.OpenAIResponses,
        Operation.Converse => ApiFormat.BedrockConverse,
        Operation.GenerateContent or Operation.StreamGenerateContent or Operation.GeminiCountTokens or Operation.EmbedContent
            or Operation.BatchEmbedContents => ApiFormat.Gemini,
        _ => ApiFormat.OpenAIChat,
    };
}
