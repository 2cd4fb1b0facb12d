using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Gemini;
using Assay.Translation.Json;
using Assay.Translation.OpenAIChat;

namespace Assay.Translation;

/// <summary>
/// Translates whole bodies between formats. Pure: bytes in, bytes out. What cannot be carried is named in the report;
/// what would change the meaning is refused. For streams see <see cref="StreamTranslator"/>.
/// </summary>
/// <example>
/// <code>
/// var report = Translator.Request(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, body,
///     new RequestOptions { TargetModel = "qwen3-coder", ClientModel = "code", AnswerId = requestId, UnixSeconds = now }, upstreamBody);
/// if (report.Refusal is { } refusal) { /* 400 (413 for TooLarge) with refusal.ToString() */ }
/// response.Headers["x-assay-dropped"] = report.DroppedHeader;
/// // upstream 2xx, event stream:  new StreamTranslator(report.Answer!)  → Write…, Complete
/// // upstream 2xx, whole:         Translator.Answer(report.Answer!, answerBody, clientBody)
/// // upstream error:              Translator.Error(report.Answer!, status, errorBody, clientBody)
/// </code>
/// </example>
public static class Translator
{
    /// <summary>Translates a request.</summary>
    /// <param name="source">The client's format.</param>
    /// <param name="target">The upstream's format; another one than <paramref name="source"/>.</param>
    /// <param name="body">The client's body, whole.</param>
    /// <param name="options">What does not stand in the body.</param>
    /// <param name="output">Gets the upstream's body; not to be used if the report has a refusal.</param>
    public static TranslationReport Request(
        ApiFormat source, ApiFormat target, ReadOnlyMemory<byte> body, RequestOptions options, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var dropped = new DroppedNames();
        return Guard(body, options.Limits, dropped, root =>
        {
            var conversation = Formats.ReadRequest(source, root.AsObject(), new ReadContext(options.Limits, dropped));
            var stream = options.Stream ?? conversation.Stream ?? false;
            var names = new ToolNames(target);
            var arranged = Arranged(conversation);
            using (var context = new WriteContext(options, dropped, names, output) { Stream = stream })
            {
                Formats.WriteRequest(target, arranged, context);
                context.Json.Flush();
            }

            return new AnswerContext
            {
                Client = source,
                Upstream = target,
                Stream = stream,
                ClientModel = options.ClientModel.Length > 0 ? options.ClientModel : conversation.Model,
                AnswerId = options.AnswerId,
                UnixSeconds = options.UnixSeconds,
                ClientWantsArray = options.ClientWantsArray,
                IncludeUsage = conversation.IncludeUsage,
                Limits = options.Limits,
                ToolNames = names.ToClient,
                TextTools = names.Texts,
                ResponseEcho = source == ApiFormat.OpenAIResponses ? OpenAIResponses.ResponseEcho.Of(root) : default,
            };
        });
    }

    /// <summary>Translates a whole answer with a status of success.</summary>
    /// <param name="context">From the request's report.</param>
    /// <param name="body">The upstream's body.</param>
    /// <param name="output">Gets the client's body; not to be used if the report has a refusal (then: 502).</param>
    public static TranslationReport Answer(AnswerContext context, ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var writer = Formats.WholeWriter(context);
        writer.Output = output;
        return Guard(body, context.Limits, writer.Dropped, root =>
        {
            var events = new AnswerEvents(context, writer);
            Formats.ReadAnswer(context.Upstream, root.AsObject(), events);
            events.End();
            return context;
        });
    }

    /// <summary>Translates an error body into the client's format.</summary>
    /// <param name="context">From the request's report.</param>
    /// <param name="status">The upstream's status, 400 or above.</param>
    /// <param name="body">The upstream's body; may be empty or no JSON at all.</param>
    /// <param name="output">Gets the client's body, <c>application/json</c>.</param>
    public static ErrorTranslation Error(AnswerContext context, int status, ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Write(context, ErrorBodies.Read(body, status), output);
    }

    /// <summary>An error of our own in the client's format.</summary>
    /// <param name="context">From the request's report.</param>
    /// <param name="status">The status.</param>
    /// <param name="message">For a person.</param>
    /// <param name="output">Gets the client's body.</param>
    public static ErrorTranslation Error(AnswerContext context, int status, string message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Write(context, new AnswerError(AnswerError.OfStatus(status), status, RawText.Of(message)), output);
    }

    private static ErrorTranslation Write(AnswerContext context, in AnswerError error, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, JsonWriting.Options);
        var status = context.Client switch
        {
            ApiFormat.AnthropicMessages => AnthropicErrors.Write(json, error),
            ApiFormat.Gemini => GeminiErrors.Write(json, error, context.ClientWantsArray && context.Stream),
            _ => OpenAIErrors.Write(json, error),
        };
        return new ErrorTranslation(status, error.ShouldRetry);
    }

    private static Conversation Arranged(Conversation conversation)
    {
        var arranged = TurnOrder.Arrange(conversation.Messages);
        conversation.Messages.Clear();
        conversation.Messages.AddRange(arranged);
        return conversation;
    }

    /// <summary>Parses, runs, and turns every way in which the body can be wrong into a refusal that names the place.</summary>
    internal static TranslationReport Guard(
        ReadOnlyMemory<byte> body, TranslationLimits limits, DroppedNames dropped, Func<JsonElement, AnswerContext> run)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return Refused(RefusalKind.Malformed, "", "The body is not valid UTF-8.");
        }

        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = limits.DepthMax });
            try
            {
                return new TranslationReport(null, dropped.Names, run(document.RootElement));
            }
            catch (TranslationException refused)
            {
                return Refused(refused.Kind, JsonPaths.Of(document.RootElement, refused.At), refused.Message);
            }
        }
        catch (JsonException broken)
        {
            // The reader says "maximum configured depth" only in words.
            var tooDeep = broken.Message.Contains("maximum configured depth", StringComparison.Ordinal);
            return Refused(
                tooDeep ? RefusalKind.TooLarge : RefusalKind.Malformed,
                JsonPaths.OfFault(body.Span, limits.DepthMax),
                tooDeep ? $"is nested deeper than {limits.DepthMax} levels" : $"The body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine}.");
        }

        TranslationReport Refused(RefusalKind kind, string path, string message) =>
            new(new TranslationRefusal(kind, path, message), dropped.Names, null);
    }
}

/// <summary>An error as the client gets it.</summary>
/// <param name="Status">The status to answer with; the upstream's, unless the client's format has another for the same.</param>
/// <param name="ShouldRetry">Whether repeating can help: the value of <c>x-should-retry</c>.</param>
public readonly record struct ErrorTranslation(int Status, bool ShouldRetry);
