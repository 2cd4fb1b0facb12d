using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Translation.Streaming;

namespace Assay.Translation.OpenAIChat;

/// <summary>Usage in OpenAI's words: what was cached lies inside the input, reasoning inside the output.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct OpenAIUsage
{
    private long _input;
    private long _cached;
    private long _written;
    private long _output;
    private long _reasoning;

    public void Read(ref Utf8JsonReader reader) => NumberScan.Read(ref reader, ref this, Take);

    public void Read(JsonElement usage) => NumberScan.Read(usage, ref this, Take);

    public readonly UsageCounts Counts
    {
        get
        {
            var counts = default(UsageCounts);
            var cached = Math.Min(_cached, _input);
            var written = Math.Min(_written, _input - cached);
            var reasoning = Math.Min(_reasoning, _output);
            counts[UsageClass.CacheRead] = cached;
            counts[UsageClass.CacheWrite5m] = written;
            counts[UsageClass.Input] = _input - cached - written;
            counts[UsageClass.Reasoning] = reasoning;
            counts[UsageClass.Output] = _output - reasoning;
            return counts;
        }
    }

    public static void WriteChat(Utf8JsonWriter json, in UsageCounts usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.TotalInputTokens);
        json.WriteNumber("completion_tokens"u8, usage.TotalOutputTokens);
        json.WriteNumber("total_tokens"u8, usage.TotalTokens);
        json.WriteStartObject("prompt_tokens_details"u8);
        WriteInputDetails(json, usage);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage[UsageClass.Reasoning]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteResponses(Utf8JsonWriter json, in UsageCounts usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, usage.TotalInputTokens);
        json.WriteStartObject("input_tokens_details"u8);
        WriteInputDetails(json, usage);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, usage.TotalOutputTokens);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage[UsageClass.Reasoning]);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, usage.TotalTokens);
        json.WriteEndObject();
    }

    private static void WriteInputDetails(Utf8JsonWriter json, in UsageCounts usage)
    {
        json.WriteNumber("cached_tokens"u8, usage.CacheReadTokens);
        if (usage.CacheWriteTokens > 0)
        {
            json.WriteNumber("cache_write_tokens"u8, usage.CacheWriteTokens);
        }
    }

    private static void Take(ref OpenAIUsage into, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name, long value)
    {
        if (name.SequenceEqual("prompt_tokens"u8) || name.SequenceEqual("input_tokens"u8))
        {
            into._input = value;
        }
        else if (name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8))
        {
            into._output = value;
        }
        else if (name.SequenceEqual("cached_tokens"u8) || (parent.IsEmpty && name.SequenceEqual("prompt_cache_hit_tokens"u8)))
        {
            into._cached = value;
        }
        else if (name.SequenceEqual("cache_write_tokens"u8))
        {
            into._written = value;
        }
        else if (name.SequenceEqual("reasoning_tokens"u8))
        {
            into._reasoning = value;
        }
    }
}
