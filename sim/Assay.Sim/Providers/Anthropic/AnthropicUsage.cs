using System.Text.Json;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.Anthropic;

/// <summary>
/// Usage in Anthropic's words: cached tokens stand beside <c>input_tokens</c>, not inside; thinking is inside
/// <c>output_tokens</c>.
/// </summary>
internal static class AnthropicUsage
{
    /// <summary>In a message, and at a stream's start.</summary>
    public static void WriteMessage(Utf8JsonWriter json, SimUsage usage, long output, string tier, bool final) =>
        json.Object("usage", () =>
        {
            json.WriteNumber("input_tokens", usage.Input);
            json.WriteNumber("cache_creation_input_tokens", usage.CacheWrite5m + usage.CacheWrite1h);
            json.WriteNumber("cache_read_input_tokens", usage.CacheRead);
            json.Object("cache_creation", () =>
            {
                json.WriteNumber("ephemeral_5m_input_tokens", usage.CacheWrite5m);
                json.WriteNumber("ephemeral_1h_input_tokens", usage.CacheWrite1h);
            });
            json.WriteNumber("output_tokens", output);
            if (final)
            {
                WriteOutputDetails(json, usage);
            }

            json.WriteString("service_tier", tier);
            json.WriteString("inference_geo", "global");
        });

    /// <summary>In <c>message_delta</c>: cumulative, to replace what was told before.</summary>
    public static void WriteDelta(Utf8JsonWriter json, SimUsage usage, long output) => json.Object("usage", () =>
    {
        json.WriteNumber("input_tokens", usage.Input);
        json.WriteNumber("cache_creation_input_tokens", usage.CacheWrite5m + usage.CacheWrite1h);
        json.WriteNumber("cache_read_input_tokens", usage.CacheRead);
        json.WriteNumber("output_tokens", output);
        WriteOutputDetails(json, usage);
    });

    private static void WriteOutputDetails(Utf8JsonWriter json, SimUsage usage)
    {
        if (usage.Reasoning > 0)
        {
            json.Object("output_tokens_details", () => json.WriteNumber("thinking_tokens", usage.Reasoning));
        }

        if (usage.WebSearch > 0)
        {
            json.Object("server_tool_use", () =>
            {
                json.WriteNumber("web_search_requests", usage.WebSearch);
                json.WriteNumber("web_fetch_requests", 0);
            });
        }
    }
}
