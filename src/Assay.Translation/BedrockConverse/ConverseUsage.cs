using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Translation.Json;
using Assay.Translation.Streaming;

namespace Assay.Translation.BedrockConverse;

/// <summary>Usage in Bedrock's words: cached tokens beside the input; thinking inside the output, not told apart.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ConverseUsage
{
    private long _input;
    private long _read;
    private long _written;
    private long _written1h;
    private long _output;

    public void Read(JsonElement usage)
    {
        NumberScan.Read(usage, ref this, Take);
        if (usage.Member("cacheDetails"u8) is not { ValueKind: JsonValueKind.Array } details)
        {
            return;
        }

        // Each lifetime that was written, apart.
        _written1h = 0;
        foreach (var detail in details.EnumerateArray())
        {
            if (detail.ValueKind == JsonValueKind.Object && detail.TextOrEmpty("ttl"u8) == "1h")
            {
                _written1h += Math.Max(0, detail.Member("inputTokens"u8).AsWhole() ?? 0);
            }
        }
    }

    public readonly UsageCounts Counts
    {
        get
        {
            var counts = default(UsageCounts);
            var hour = Math.Min(_written1h, _written);
            counts[UsageClass.Input] = _input;
            counts[UsageClass.CacheRead] = _read;
            counts[UsageClass.CacheWrite1h] = hour;
            counts[UsageClass.CacheWrite5m] = _written - hour;
            counts[UsageClass.Output] = _output;
            return counts;
        }
    }

    private static void Take(ref ConverseUsage into, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name, long value)
    {
        if (name.SequenceEqual("inputTokens"u8))
        {
            into._input = value;
        }
        else if (name.SequenceEqual("outputTokens"u8))
        {
            into._output = value;
        }
        else if (name.SequenceEqual("cacheReadInputTokens"u8))
        {
            into._read = value;
        }
        else if (name.SequenceEqual("cacheWriteInputTokens"u8))
        {
            into._written = value;
        }
    }
}
