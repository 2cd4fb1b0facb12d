using System.Buffers;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Embeddings;

/// <summary>
/// Translates calls for vectors between OpenAI's <c>/v1/embeddings</c> and Gemini's <c>:embedContent</c> and
/// <c>:batchEmbedContents</c>. Vectors of different models cannot be compared: that is the affair of who makes the route.
/// </summary>
public static class EmbeddingTranslator
{
    /// <summary>Translates a request into the other format; towards Gemini it is always one for <c>:batchEmbedContents</c>.</summary>
    /// <param name="source">The client's format; any of OpenAI's stands for its embeddings.</param>
    /// <param name="body">The client's body, whole.</param>
    /// <param name="options">What does not stand in the body.</param>
    /// <param name="output">Gets the upstream's body; not to be used if the report has a refusal.</param>
    public static TranslationReport Request(
        ApiFormat source, ReadOnlyMemory<byte> body, RequestOptions options, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var dropped = new DroppedNames();
        var fromGemini = source == ApiFormat.Gemini;
        return Translator.Guard(body, options.Limits, dropped, root =>
        {
            var context = new ReadContext(options.Limits, dropped);
            var request = fromGemini
                ? EmbeddingRequest.OfGemini(root.AsObject(), context)
                : EmbeddingRequest.OfOpenAI(root.AsObject(), context);
            using var json = new Utf8JsonWriter(output, JsonWriting.Options);
            if (fromGemini)
            {
                WriteOpenAI(json, request, options.TargetModel);
            }
            else
            {
                WriteGemini(json, request, options.TargetModel);
            }

            json.Flush();
            return new AnswerContext
            {
                Client = fromGemini ? ApiFormat.Gemini : ApiFormat.OpenAIChat,
                Upstream = fromGemini ? ApiFormat.OpenAIChat : ApiFormat.Gemini,
                ClientModel = options.ClientModel,
                AnswerId = options.AnswerId,
                UnixSeconds = options.UnixSeconds,
                Limits = options.Limits,
                Embeds = new EmbeddingShape(request.AsBase64, request.IsBatch, request.Texts.Count),
            };
        });
    }

    /// <summary>Translates an answer with a status of success.</summary>
    /// <param name="context">From the request's report.</param>
    /// <param name="body">The upstream's body.</param>
    /// <param name="output">Gets the client's body; not to be used if the report has a refusal (then: 502).</param>
    public static TranslationReport Answer(AnswerContext context, ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        return Translator.Guard(body, context.Limits, new DroppedNames(), root =>
        {
            AnswerErrors.ThrowIfError(root.AsObject());
            using var json = new Utf8JsonWriter(output, JsonWriting.Options);
            if (context.Client == ApiFormat.Gemini)
            {
                EmbeddingAnswers.ToGemini(json, root, context.Embeds!);
            }
            else
            {
                EmbeddingAnswers.ToOpenAI(json, root, context);
            }

            json.Flush();
            return context;
        });
    }

    private static void WriteOpenAI(Utf8JsonWriter json, EmbeddingRequest request, string model)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteStartArray("input"u8);
        foreach (var text in request.Texts)
        {
            text.WriteTo(json);
        }

        json.WriteEndArray();
        json.WriteString("encoding_format"u8, "float"u8);
        json.WriteNumberIfSet("dimensions"u8, request.Dimensions);
        json.WriteEndObject();
    }

    private static void WriteGemini(Utf8JsonWriter json, EmbeddingRequest request, string model)
    {
        json.WriteStartObject();
        json.WriteStartArray("requests"u8);
        foreach (var text in request.Texts)
        {
            json.WriteStartObject();
            json.WriteString("model"u8, "models/" + model);
            json.WriteStartObject("content"u8);
            json.WriteStartArray("parts"u8);
            json.WriteStartObject();
            json.WriteText("text"u8, text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteNumberIfSet("outputDimensionality"u8, request.Dimensions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>How the client of a call for vectors wants them.</summary>
/// <param name="AsBase64">OpenAI: as base64 of 32-bit numbers.</param>
/// <param name="IsBatch">Gemini: as a list.</param>
/// <param name="Count">How many were asked for.</param>
internal sealed record EmbeddingShape(bool AsBase64, bool IsBatch, int Count);
