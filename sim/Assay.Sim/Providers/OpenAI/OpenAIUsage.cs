using System.Text.Json;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.OpenAI;

/// <summary>Usage in OpenAI's words: cached, audio and reasoning tokens are counted inside their totals.</summary>
internal static class OpenAIUsage
{
    public static void WriteChat(Utf8JsonWriter json, in SimUsage usage)
    {
        var u = usage;
        json.Object("usage", () =>
        {
            json.WriteNumber("prompt_tokens", u.AllInput);
            json.WriteNumber("completion_tokens", u.AllOutput);
            json.WriteNumber("total_tokens", u.AllInput + u.AllOutput);
            json.Object("prompt_tokens_details", () =>
            {
                json.WriteNumber("cached_tokens", u.CacheRead);
                json.WriteNumber("audio_tokens", u.AudioInput);
                WriteCacheWrite(json, u);
            });
            json.Object("completion_tokens_details", () =>
            {
                json.WriteNumber("reasoning_tokens", u.Reasoning);
                json.WriteNumber("audio_tokens", u.AudioOutput);
                json.WriteNumber("accepted_prediction_tokens", 0);
                json.WriteNumber("rejected_prediction_tokens", 0);
            });
        });
    }

    public static void WriteResponses(Utf8JsonWriter json, in SimUsage usage)
    {
        var u = usage;
        json.Object("usage", () =>
        {
            json.WriteNumber("input_tokens", u.AllInput);
            json.Object("input_tokens_details", () =>
            {
                json.WriteNumber("cached_tokens", u.CacheRead);
                WriteCacheWrite(json, u);
            });
            json.WriteNumber("output_tokens", u.AllOutput);
            json.Object("output_tokens_details", () => json.WriteNumber("reasoning_tokens", u.Reasoning));
            json.WriteNumber("total_tokens", u.AllInput + u.AllOutput);
        });
    }

    private static void WriteCacheWrite(Utf8JsonWriter json, in SimUsage usage)
    {
        if (usage.CacheWrite5m > 0)
        {
            json.WriteNumber("cache_write_tokens", usage.CacheWrite5m);
        }
    }
}
