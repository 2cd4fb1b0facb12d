using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Assay.Translation.Gemini;
using Assay.Translation.Json;

namespace Assay.Translation.Embeddings;

/// <summary>Writes answers with vectors. Their numbers stand as the provider wrote them, unless they are asked for as base64.</summary>
internal static class EmbeddingAnswers
{
    public static void ToOpenAI(Utf8JsonWriter json, JsonElement root, AnswerContext context)
    {
        var shape = context.Embeds!;
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        var index = 0;
        foreach (var vector in root.Get("embeddings").AsArray(int.MaxValue).EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WriteNumber("index"u8, index++);
            var values = vector.Get("values").AsArray(int.MaxValue);
            if (shape.AsBase64)
            {
                WriteBase64(json, values);
            }
            else
            {
                json.WriteElement("embedding"u8, values);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        Check(index, shape, root);
        json.WritePropertyName("model"u8);
        json.WriteModel(context, default);

        // Older models of Google's do not tell what they used, and nothing is better than a zero.
        if (root.Get("usageMetadata").Get("promptTokenCount").AsWhole() is { } tokens)
        {
            json.WriteStartObject("usage"u8);
            json.WriteNumber("prompt_tokens"u8, tokens);
            json.WriteNumber("total_tokens"u8, tokens);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void ToGemini(Utf8JsonWriter json, JsonElement root, EmbeddingShape shape)
    {
        var data = root.Member("data"u8).AsArray(int.MaxValue);
        var vectors = data.EnumerateArray().OrderBy(one => one.Member("index"u8).AsWhole() ?? 0).ToList();
        Check(vectors.Count, shape, data);
        json.WriteStartObject();
        if (shape.IsBatch)
        {
            json.WriteStartArray("embeddings"u8);
            vectors.ForEach(vector => WriteValues(json, vector));
            json.WriteEndArray();
        }
        else
        {
            json.WritePropertyName("embedding"u8);
            WriteValues(json, vectors[0]);
        }

        if (root.Member("usage"u8).Member("prompt_tokens"u8).AsWhole() is { } tokens)
        {
            json.WriteStartObject("usageMetadata"u8);
            json.WriteNumber("promptTokenCount"u8, tokens);
            json.WriteNumber("totalTokenCount"u8, tokens);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, JsonElement vector)
    {
        json.WriteStartObject();
        json.WriteElement("values"u8, vector.Member("embedding"u8).AsArray(int.MaxValue));
        json.WriteEndObject();
    }

    private static void WriteBase64(Utf8JsonWriter json, JsonElement values)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(values.GetArrayLength() * sizeof(float));
        var length = 0;
        foreach (var value in values.EnumerateArray())
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(length), value.AsNumber().GetSingle());
            length += sizeof(float);
        }

        json.WriteBase64String("embedding"u8, bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    // A vector for another text would be worse than none.
    private static void Check(int count, EmbeddingShape shape, JsonElement at)
    {
        if (count != shape.Count)
        {
            throw TranslationException.Malformed(at, $"has {count} vectors for {shape.Count} texts");
        }
    }
}
