using System.Buffers.Binary;
using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.OpenAI;

/// <summary><c>POST /v1/embeddings</c>, as numbers or as base64.</summary>
internal static class Embeddings
{
    public static Answer Answer(SimRequest request)
    {
        var body = request.Body;
        var dimensions = Math.Clamp(body.GetNumber("dimensions") ?? 256, 1, 3072);
        var prompt = new PromptMeter(request.CacheScope);
        var vectors = new List<float[]>();
        foreach (var input in Inputs(body.Get("input")))
        {
            prompt.Add(input);
            vectors.Add(EmbeddingVector.Draw(prompt.Fingerprint, dimensions));
        }

        var telling = request.Instructions.Usage;
        var usage = new SimUsage
        {
            Input = telling == UsageTelling.Zero ? 0 : request.Instructions.Input ?? prompt.Text,
            Request = 1,
        };
        return new Answer
        {
            Billable = true,
            Usage = usage,
            BodyTellsUsage = telling is not (UsageTelling.Never or UsageTelling.Null),
            Body = Json.Bytes(json => Write(json, request, vectors, usage.Input, telling)),
        };
    }

    // One text, many texts, one list of token numbers, or many of them.
    private static List<JsonElement> Inputs(JsonElement? input) =>
        input is not { } value ? []
        : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind != JsonValueKind.Number
            ? [.. value.EnumerateArray()]
            : [value];

    private static void Write(Utf8JsonWriter json, SimRequest request, List<float[]> vectors, long tokens, UsageTelling telling) =>
        json.Object(() =>
        {
            json.WriteString("object", "list");
            json.Array("data", () =>
            {
                for (var i = 0; i < vectors.Count; i++)
                {
                    var index = i;
                    json.Object(() =>
                    {
                        json.WriteString("object", "embedding");
                        json.WriteNumber("index", index);
                        WriteVector(json, vectors[index], request.Body.GetText("encoding_format") == "base64");
                    });
                }
            });
            json.WriteString("model", request.BaseModel);
            if (telling is not (UsageTelling.Never or UsageTelling.Null))
            {
                json.Object("usage", () =>
                {
                    json.WriteNumber("prompt_tokens", tokens);
                    json.WriteNumber("total_tokens", tokens);
                });
            }
        });

    private static void WriteVector(Utf8JsonWriter json, float[] vector, bool asBase64)
    {
        if (!asBase64)
        {
            json.Array("embedding", () =>
            {
                foreach (var value in vector)
                {
                    json.WriteNumberValue(value);
                }
            });
            return;
        }

        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        json.WriteBase64String("embedding", bytes);
    }
}
