using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Embeddings;

/// <summary>Texts whose vectors are asked for, in no format's words.</summary>
internal sealed class EmbeddingRequest
{
    private const int DimensionsMax = 100_000;

    public List<RawText> Texts { get; } = [];

    /// <summary>How long the vectors shall be; null for the model's own length.</summary>
    public long? Dimensions { get; private set; }

    /// <summary>OpenAI: the vectors shall be base64.</summary>
    public bool AsBase64 { get; private set; }

    /// <summary>Gemini: several texts, each a request of its own.</summary>
    public bool IsBatch { get; private set; }

    public static EmbeddingRequest OfOpenAI(JsonElement root, ReadContext context)
    {
        var request = new EmbeddingRequest { IsBatch = true };
        foreach (var member in root.EnumerateObject())
        {
            var value = member.Value;
            switch (member.Name)
            {
                case "model": break;
                case "input": request.ReadInput(value, context); break;
                case "dimensions": request.Dimensions = Length(value); break;
                case "encoding_format":
                    request.AsBase64 = !value.IsNull() && value.Name() switch
                    {
                        "float" => false,
                        "base64" => true,
                        _ => throw TranslationException.Malformed(value, "must be float or base64"),
                    };
                    break;
                default: context.DropUnknown("", member); break;
            }
        }

        return request.Checked(root.Member("input"u8));
    }

    public static EmbeddingRequest OfGemini(JsonElement root, ReadContext context)
    {
        var request = new EmbeddingRequest();
        if (root.Member("requests"u8) is not { ValueKind: JsonValueKind.Array } requests)
        {
            request.ReadOne(root, "", context);
            return request.Checked(root);
        }

        request.IsBatch = true;
        var isFirst = true;
        foreach (var one in requests.AsArray(context.Limits.PartsMax).EnumerateArray())
        {
            var before = request.Dimensions;
            request.Dimensions = null;
            request.ReadOne(one.AsObject(), "requests", context);
            if (!isFirst && before != request.Dimensions)
            {
                throw TranslationException.Meaning(one, "vectors of different lengths cannot be asked for in one call of OpenAI's");
            }

            isFirst = false;
        }

        return request.Checked(requests);
    }

    private void ReadInput(JsonElement input, ReadContext context)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            Texts.Add(RawText.Of(input));
            return;
        }

        foreach (var text in input.AsArray(context.Limits.PartsMax).EnumerateArray())
        {
            Texts.Add(text.ValueKind is JsonValueKind.Number or JsonValueKind.Array
                ? throw TranslationException.Meaning(text, "numbers of one model's tokens mean nothing to another; send the text")
                : RawText.Of(text));
        }
    }

    private void ReadOne(JsonElement one, string parent, ReadContext context)
    {
        foreach (var member in one.EnumerateObject())
        {
            switch (Gemini.GeminiNames.Camel(member.Name))
            {
                case "model": break;
                case "content": Texts.Add(TextOf(member.Value)); break;
                case "outputDimensionality": Dimensions = Length(member.Value); break;
                default: context.DropUnknown(parent, member); break; // What the vectors are for: taskType, title.
            }
        }
    }

    private static RawText TextOf(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return RawText.Of(content);
        }

        if (content.AsObject().Member("parts"u8) is not { ValueKind: JsonValueKind.Array } parts || parts.GetArrayLength() != 1)
        {
            throw TranslationException.Meaning(content, "only one text for each vector can be said in OpenAI's format");
        }

        var part = parts[0].AsObject();
        return part.Member("text"u8).ValueKind == JsonValueKind.String
            ? RawText.Of(part.Member("text"u8))
            : throw TranslationException.Meaning(part, "only texts have vectors in OpenAI's format");
    }

    private static long? Length(JsonElement value) => value.AsWhole() is not { } length ? null
        : length is > 0 and <= DimensionsMax ? length
        : throw TranslationException.Malformed(value, "is no length of a vector");

    private EmbeddingRequest Checked(JsonElement at) =>
        Texts.Count > 0 ? this : throw TranslationException.Malformed(at, "there is no text to embed");
}
