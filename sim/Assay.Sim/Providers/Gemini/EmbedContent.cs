using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.Gemini;

/// <summary><c>:embedContent</c> and <c>:batchEmbedContents</c>.</summary>
internal static class EmbedContent
{
    public static Answer Answer(SimRequest request)
    {
        var isBatch = request.Operation == "batchEmbedContents";
        var prompt = new PromptMeter(request.CacheScope);
        var vectors = new List<float[]>();
        foreach (var one in isBatch ? request.Body.GetItems("requests") : [request.Body])
        {
            prompt.Add(one.Get("content"));
            vectors.Add(EmbeddingVector.Draw(prompt.Fingerprint, Math.Clamp(one.GetNumber("outputDimensionality") ?? 256, 1, 3072)));
        }

        var telling = request.Instructions.Usage;
        var usage = new SimUsage
        {
            Input = telling == UsageTelling.Zero ? 0 : request.Instructions.Input ?? prompt.Text,
            Request = 1,
        };
        var tells = telling is not (UsageTelling.Never or UsageTelling.Null);
        return new Answer
        {
            Billable = true,
            Usage = usage,
            BodyTellsUsage = tells,
            ContentType = "application/json; charset=UTF-8",
            Body = Json.Bytes(
                json => json.Object(() =>
                {
                    if (isBatch)
                    {
                        json.Array("embeddings", () => vectors.ForEach(v => json.Object(() => WriteValues(json, v))));
                    }
                    else
                    {
                        json.Object("embedding", () => WriteValues(json, vectors[0]));
                    }

                    if (tells)
                    {
                        json.Object("usageMetadata", () =>
                        {
                            json.WriteNumber("promptTokenCount", usage.Input);
                            json.WriteNumber("totalTokenCount", usage.Input);
                            json.Array("promptTokensDetails", () => json.Object(() =>
                            {
                                json.WriteString("modality", "TEXT");
                                json.WriteNumber("tokenCount", usage.Input);
                            }));
                        });
                    }
                }),
                indented: true),
        };
    }

    private static void WriteValues(Utf8JsonWriter json, float[] vector) => json.Array("values", () =>
    {
        foreach (var value in vector)
        {
            json.WriteNumberValue(value);
        }
    });
}
