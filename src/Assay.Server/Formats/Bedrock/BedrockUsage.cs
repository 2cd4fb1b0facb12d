using System.Text.Json;
using Assay.Ledger.Usage;

namespace Assay.Server.Formats.Bedrock;

/// <summary>
/// Usage as Bedrock and the models behind it state it. Converse states cached tokens beside the input; what a model's own
/// answer (<c>InvokeModel</c>) says is read under the names that Amazon, Meta, Mistral and OpenAI give it.
/// </summary>
internal struct BedrockUsage
{
    public long? Input;
    public long? Output;
    public long? CacheRead;
    public long? CacheWritten;
    public long? Written1h;
    public bool Malformed;

    /// <summary>Takes what an object states over what stands here; false if it states neither input nor output.</summary>
    public bool Update(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != '{')
        {
            return false;
        }

        var (input, output) = (Input, Output);
        (Input, Output) = (null, null);
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            ReadMembers(ref reader);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            Malformed = true;
        }

        var stated = Input is not null || Output is not null;
        Input ??= input;
        Output ??= output;
        return stated;
    }

    /// <summary>A count that stands by itself.</summary>
    public static long? Number(ReadOnlySpan<byte> json) =>
        long.TryParse(json, out var value) && value is >= 0 and <= TokenNumber.Max ? value : null;

    public readonly UsageCounts ToCounts()
    {
        var counts = default(UsageCounts);
        var written = CacheWritten ?? 0;
        var hour = Math.Min(Written1h ?? 0, written);
        counts[UsageClass.Input] = Input ?? 0;
        counts[UsageClass.CacheRead] = CacheRead ?? 0;
        counts[UsageClass.CacheWrite1h] = hour;
        counts[UsageClass.CacheWrite5m] = written - hour;
        counts[UsageClass.Output] = Output ?? 0;
        return counts;
    }

    private void ReadMembers(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            if (name.SequenceEqual("inputTokens"u8) || name.SequenceEqual("inputTokenCount"u8) || name.SequenceEqual("prompt_tokens"u8)
                || name.SequenceEqual("input_tokens"u8))
            {
                Input = TokenNumber.Read(ref reader, ref Malformed) ?? Input;
            }
            else if (name.SequenceEqual("outputTokens"u8) || name.SequenceEqual("outputTokenCount"u8)
                || name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8))
            {
                Output = TokenNumber.Read(ref reader, ref Malformed) ?? Output;
            }
            else if (name.SequenceEqual("cacheReadInputTokens"u8) || name.SequenceEqual("cacheReadInputTokenCount"u8))
            {
                CacheRead = TokenNumber.Read(ref reader, ref Malformed) ?? CacheRead;
            }
            else if (name.SequenceEqual("cacheWriteInputTokens"u8) || name.SequenceEqual("cacheWriteInputTokenCount"u8))
            {
                CacheWritten = TokenNumber.Read(ref reader, ref Malformed) ?? CacheWritten;
            }
            else if (name.SequenceEqual("cacheDetails"u8))
            {
                ReadLifetimes(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    /// <summary>What was written to the cache for five minutes and for an hour, apart.</summary>
    private void ReadLifetimes(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        long hour = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            long? tokens = null;
            var isHour = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("inputTokens"u8))
                {
                    tokens = TokenNumber.Read(ref reader, ref Malformed);
                    continue;
                }

                var isTtl = reader.ValueTextEquals("ttl"u8);
                reader.Read();
                isHour |= isTtl && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("1h"u8);
                reader.Skip();
            }

            hour += isHour ? tokens ?? 0 : 0;
        }

        Written1h = hour;
    }
}
