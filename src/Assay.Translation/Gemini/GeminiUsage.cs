using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Translation.Streaming;

namespace Assay.Translation.Gemini;

/// <summary>Usage in Gemini's words: what was cached lies inside the prompt, thoughts outside the candidates.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct GeminiUsage
{
    private long _prompt;
    private long _toolUse;
    private long _cached;
    private long _candidates;
    private long _thoughts;
    private long _total;

    public void Read(ref Utf8JsonReader reader) => NumberScan.Read(ref reader, ref this, Take);

    public void Read(JsonElement usage) => NumberScan.Read(usage, ref this, Take);

    public readonly UsageCounts Counts
    {
        get
        {
            var counts = default(UsageCounts);
            var input = _prompt + _toolUse;
            var cached = Math.Min(_cached, input);

            // Some servers count the thoughts among the candidates; the total proves it.
            var inside = _thoughts > 0 && _thoughts <= _candidates && _total == input + _candidates;
            counts[UsageClass.CacheRead] = cached;
            counts[UsageClass.Input] = input - cached;
            counts[UsageClass.Reasoning] = _thoughts;
            counts[UsageClass.Output] = inside ? _candidates - _thoughts : _candidates;
            return counts;
        }
    }

    public static void Write(Utf8JsonWriter json, in UsageCounts usage)
    {
        json.WriteStartObject("usageMetadata"u8);
        json.WriteNumber("promptTokenCount"u8, usage.TotalInputTokens);
        if (usage.CacheReadTokens > 0)
        {
            json.WriteNumber("cachedContentTokenCount"u8, usage.CacheReadTokens);
        }

        json.WriteNumber("candidatesTokenCount"u8, usage.TotalOutputTokens - usage[UsageClass.Reasoning]);
        if (usage[UsageClass.Reasoning] > 0)
        {
            json.WriteNumber("thoughtsTokenCount"u8, usage[UsageClass.Reasoning]);
        }

        json.WriteNumber("totalTokenCount"u8, usage.TotalTokens);
        json.WriteEndObject();
    }

    private static void Take(ref GeminiUsage into, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name, long value)
    {
        if (name.SequenceEqual("promptTokenCount"u8))
        {
            into._prompt = value;
        }
        else if (name.SequenceEqual("toolUsePromptTokenCount"u8))
        {
            into._toolUse = value;
        }
        else if (name.SequenceEqual("cachedContentTokenCount"u8))
        {
            into._cached = value;
        }
        else if (name.SequenceEqual("candidatesTokenCount"u8))
        {
            into._candidates = value;
        }
        else if (name.SequenceEqual("thoughtsTokenCount"u8))
        {
            into._thoughts = value;
        }
        else if (name.SequenceEqual("totalTokenCount"u8))
        {
            into._total = value;
        }
    }
}
