using System.Text.Json;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.Gemini;

/// <summary>
/// Usage in Gemini's words: cached tokens are inside <c>promptTokenCount</c>; thoughts and tool prompts stand beside.
/// </summary>
internal static class GeminiUsage
{
    public static void Write(Utf8JsonWriter json, SimUsage usage, int toolPrompt, string tier) =>
        json.Object("usageMetadata", () =>
        {
            var text = usage.Input - toolPrompt + usage.CacheRead;
            json.WriteNumber("promptTokenCount", text + usage.AudioInput + usage.ImageInput);
            if (usage.Output + usage.AudioOutput + usage.ImageOutput > 0)
            {
                json.WriteNumber("candidatesTokenCount", usage.Output + usage.AudioOutput + usage.ImageOutput);
            }

            json.WriteNumber("totalTokenCount", usage.AllInput + usage.AllOutput);
            if (usage.CacheRead > 0)
            {
                json.WriteNumber("cachedContentTokenCount", usage.CacheRead);
            }

            Details(json, "promptTokensDetails", ("TEXT", text), ("AUDIO", usage.AudioInput), ("IMAGE", usage.ImageInput));
            if (usage.CacheRead > 0)
            {
                Details(json, "cacheTokensDetails", ("TEXT", usage.CacheRead));
            }

            if (usage.AudioOutput + usage.ImageOutput > 0)
            {
                Details(json, "candidatesTokensDetails", ("TEXT", usage.Output), ("AUDIO", usage.AudioOutput), ("IMAGE", usage.ImageOutput));
            }

            if (toolPrompt > 0)
            {
                json.WriteNumber("toolUsePromptTokenCount", toolPrompt);
                Details(json, "toolUsePromptTokensDetails", ("TEXT", toolPrompt));
            }

            if (usage.Reasoning > 0)
            {
                json.WriteNumber("thoughtsTokenCount", usage.Reasoning);
            }

            if (tier.Length > 0)
            {
                json.WriteString("serviceTier", tier);
            }
        });

    private static void Details(Utf8JsonWriter json, string name, params ReadOnlySpan<(string Modality, long Count)> details)
    {
        json.WriteStartArray(name);
        foreach (var (modality, count) in details)
        {
            if (count > 0)
            {
                json.WriteStartObject();
                json.WriteString("modality", modality);
                json.WriteNumber("tokenCount", count);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }
}
