using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Translation.Streaming;

namespace Assay.Translation.Anthropic;

/// <summary>Usage in Anthropic's words: cached tokens beside the input, thinking inside the output.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct AnthropicUsage
{
    private long _input;
    private long _read;
    private long _written;
    private long _written1h;
    private long _output;
    private long _thinking;
    private long _searches;

    /// <summary>Later statements replace earlier ones, count by count; what they leave out stays.</summary>
    public void Read(ref Utf8JsonReader reader) => NumberScan.Read(ref reader, ref this, Take);

    public void Read(JsonElement usage) => NumberScan.Read(usage, ref this, Take);

    public readonly UsageCounts Counts
    {
        get
        {
            var counts = default(UsageCounts);
            var hour = Math.Min(_written1h, _written);
            var thinking = Math.Min(_thinking, _output);
            counts[UsageClass.Input] = _input;
            counts[UsageClass.CacheRead] = _read;
            counts[UsageClass.CacheWrite1h] = hour;
            counts[UsageClass.CacheWrite5m] = _written - hour;
            counts[UsageClass.Reasoning] = thinking;
            counts[UsageClass.Output] = _output - thinking;
            counts[UsageClass.WebSearch] = _searches;
            return counts;
        }
    }

    public static void Write(Utf8JsonWriter json, in UsageCounts usage, string serviceTier)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, usage.UncachedInputTokens);
        json.WriteNumber("cache_creation_input_tokens"u8, usage.CacheWriteTokens);
        json.WriteNumber("cache_read_input_tokens"u8, usage.CacheReadTokens);
        if (usage.CacheWriteTokens > 0)
        {
            json.WriteStartObject("cache_creation"u8);
            json.WriteNumber("ephemeral_5m_input_tokens"u8, usage[UsageClass.CacheWrite5m]);
            json.WriteNumber("ephemeral_1h_input_tokens"u8, usage[UsageClass.CacheWrite1h]);
            json.WriteEndObject();
        }

        json.WriteNumber("output_tokens"u8, usage.TotalOutputTokens);
        if (usage[UsageClass.Reasoning] > 0)
        {
            json.WriteStartObject("output_tokens_details"u8);
            json.WriteNumber("thinking_tokens"u8, usage[UsageClass.Reasoning]);
            json.WriteEndObject();
        }

        if (usage[UsageClass.WebSearch] > 0)
        {
            json.WriteStartObject("server_tool_use"u8);
            json.WriteNumber("web_search_requests"u8, usage[UsageClass.WebSearch]);
            json.WriteEndObject();
        }

        if (serviceTier is "standard" or "priority" or "batch")
        {
            json.WriteString("service_tier"u8, serviceTier);
        }

        json.WriteEndObject();
    }

    private static void Take(ref AnthropicUsage into, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name, long value)
    {
        if (parent.IsEmpty)
        {
            if (name.SequenceEqual("input_tokens"u8))
            {
                into._input = value;
            }
            else if (name.SequenceEqual("cache_read_input_tokens"u8))
            {
                into._read = value;
            }
            else if (name.SequenceEqual("cache_creation_input_tokens"u8))
            {
                into._written = value;
            }
            else if (name.SequenceEqual("output_tokens"u8))
            {
                into._output = value;
            }
        }
        else if (name.SequenceEqual("ephemeral_1h_input_tokens"u8))
        {
            into._written1h = value;
        }
        else if (name.SequenceEqual("thinking_tokens"u8))
        {
            into._thinking = value;
        }
        else if (name.SequenceEqual("web_search_requests"u8))
        {
            into._searches = value;
        }
    }
}
