using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.BedrockConverse;
using Assay.Translation.Canonical;
using Assay.Translation.Gemini;
using Assay.Translation.OpenAIChat;
using Assay.Translation.OpenAIResponses;
using Assay.Translation.Streaming;

namespace Assay.Translation;

/// <summary>The one table of formats: a reader and a writer each, for requests, whole answers and streams.</summary>
internal static class Formats
{
    public static Conversation ReadRequest(ApiFormat format, JsonElement root, ReadContext context) => format switch
    {
        ApiFormat.AnthropicMessages => new AnthropicRequestReader(context).Read(root),
        ApiFormat.OpenAIChat => new ChatRequestReader(context).Read(root),
        ApiFormat.OpenAIResponses => new ResponsesRequestReader(context).Read(root),
        _ => new GeminiRequestReader(context).Read(root),
    };

    public static void WriteRequest(ApiFormat format, Conversation conversation, WriteContext context)
    {
        switch (format)
        {
            case ApiFormat.AnthropicMessages:
                new AnthropicRequestWriter(context).Write(conversation);
                break;
            case ApiFormat.OpenAIChat:
                new ChatRequestWriter(context).Write(conversation);
                break;
            case ApiFormat.OpenAIResponses:
                new ResponsesRequestWriter(context).Write(conversation);
                break;
            case ApiFormat.BedrockConverse:
                new ConverseRequestWriter(context).Write(conversation);
                break;
            default:
                new GeminiRequestWriter(context).Write(conversation);
                break;
        }
    }

    /// <summary>Reads a whole answer as the events of which it consists.</summary>
    public static void ReadAnswer(ApiFormat format, JsonElement root, AnswerEvents events)
    {
        switch (format)
        {
            case ApiFormat.AnthropicMessages:
                AnthropicAnswer.Read(root, events);
                break;
            case ApiFormat.OpenAIChat:
                ChatAnswer.Read(root, events);
                break;
            case ApiFormat.OpenAIResponses:
                ResponsesAnswer.Read(root, events);
                break;
            case ApiFormat.BedrockConverse:
                ConverseAnswer.Read(root, events);
                break;
            default:
                GeminiAnswer.Read(root, events);
                break;
        }
    }

    public static AnswerWriter WholeWriter(AnswerContext context) => context.Client switch
    {
        ApiFormat.AnthropicMessages => new AnthropicAnswerWriter(context),
        ApiFormat.OpenAIChat => new ChatAnswerWriter(context),
        ApiFormat.OpenAIResponses => new ResponsesAnswerWriter(context),
        _ => new GeminiAnswerWriter(context),
    };

    public static AnswerWriter StreamWriter(AnswerContext context) => context.Client switch
    {
        ApiFormat.AnthropicMessages => new AnthropicStreamWriter(context),
        ApiFormat.OpenAIChat => new ChatStreamWriter(context),
        ApiFormat.OpenAIResponses => new ResponsesStreamWriter(context),
        _ => new GeminiStreamWriter(context),
    };

    public static AnswerEvents Events(AnswerContext context, AnswerWriter writer) => new(context, writer)
    {
        WaitsForClose = context.Upstream is ApiFormat.AnthropicMessages or ApiFormat.OpenAIResponses or ApiFormat.BedrockConverse,
    };

    public static AnswerStream StreamReader(AnswerContext context, AnswerEvents events) => context.Upstream switch
    {
        ApiFormat.AnthropicMessages => new AnthropicStream(events),
        ApiFormat.OpenAIChat => new ChatStream(events),
        ApiFormat.OpenAIResponses => new ResponsesStream(events),
        ApiFormat.BedrockConverse => new ConverseStream(events),
        _ => new GeminiStream(events),
    };
}
