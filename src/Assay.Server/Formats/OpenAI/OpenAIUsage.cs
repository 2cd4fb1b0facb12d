using System.Text.Json;
using Assay.Ledger.Usage;

namespace Assay.Server.Formats.OpenAI;

/// <summary>
/// A usage object of OpenAI's formats and of the servers that imitate them, as stated. Chat and Completions speak of
/// prompt and completion tokens, Responses, images and transcriptions of input and output tokens.
/// </summary>
internal struct OpenAIUsage
{
    public long? Input;
    public long? Output;
    public long? Total;
    public long? Cached;
    public long? CacheWrite;
    public long? AudioInput;
    public long? AudioCached;
    public long? ImageInput;
    public long? Reasoning;
    public long? AudioOutput;
    public long? ImageOutput;
    public bool Malformed;

    private long? _cachedElsewhere;

    public readonly bool IsStated => Input is not null || Output is not null;

    /// <summary>Reads the object; false if it is null or none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out OpenAIUsage usage)
    {
        usage = default;
        if (json.IsEmpty || json[0] != '{')
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            usage.ReadMembers(ref reader);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            usage.Malformed = true;
        }

        usage.Cached ??= usage._cachedElsewhere;
        if (usage.Input is null && usage.Total is { } total)
        {
            // Servers of embeddings and ranking that state nothing but a total.
            usage.Input = Math.Max(0, total - (usage.Output ?? 0));
        }

        return true;
    }

    /// <summary>
    /// The disjoint counts. Cached, written, audio and image tokens lie inside the input; reasoning, audio and image
    /// tokens inside the output, unless the total proves that a server counts reasoning apart.
    /// </summary>
    public readonly UsageCounts ToCounts(out bool malformed)
    {
        var counts = default(UsageCounts);
        malformed = Malformed;
        CountInput(ref counts, ref malformed);
        CountOutput(ref counts, ref malformed);
        return counts;
    }

    private readonly void CountInput(ref UsageCounts counts, ref bool malformed)
    {
        var input = Input ?? 0;
        var cached = Take(Cached ?? 0, input, ref malformed);
        var left = input - cached;
        var written = Take(CacheWrite ?? 0, left, ref malformed);
        left -= written;

        // Audio and image tokens may be cached too. Where they and the cached ones do not fit beside each other into
        // the input, the overlap is cached audio.
        var audioCached = Math.Min(AudioCached ?? 0, cached);
        var audio = Math.Max(0, (AudioInput ?? 0) - audioCached);
        if (AudioCached is null && audio > left)
        {
            audioCached = Math.Min(audio - left, cached);
            audio -= audioCached;
        }

        audio = Take(audio, left, ref malformed);
        left -= audio;
        var image = Math.Min(ImageInput ?? 0, left);

        counts[UsageClass.Input] = left - image;
        counts[UsageClass.CacheRead] = cached - audioCached;
        counts[UsageClass.AudioCacheRead] = audioCached;
        counts[UsageClass.CacheWrite5m] = written;
        counts[UsageClass.AudioInput] = audio;
        counts[UsageClass.ImageInput] = image;
    }

    private readonly void CountOutput(ref UsageCounts counts, ref bool malformed)
    {
        var output = Output ?? 0;
        var reasoning = Reasoning ?? 0;
        var beyond = Total is { } total && Output is not null ? total - (Input ?? 0) - output : 0;
        if (beyond > 0)
        {
            // Some servers leave thinking out of the output, but count it in the total. Where the two do not agree to
            // the token, the surplus is taken as billed and the reading is marked.
            malformed |= beyond != reasoning;
            reasoning = Math.Max(reasoning, beyond);
            output += beyond;
        }

        reasoning = Take(reasoning, output, ref malformed);
        var left = output - reasoning;
        var audio = Take(AudioOutput ?? 0, left, ref malformed);
        left -= audio;
        var image = Take(ImageOutput ?? 0, left, ref malformed);

        counts[UsageClass.Output] = left - image;
        counts[UsageClass.Reasoning] = reasoning;
        counts[UsageClass.AudioOutput] = audio;
        counts[UsageClass.ImageOutput] = image;
    }

    private static long Take(long part, long whole, ref bool malformed)
    {
        malformed |= part > whole;
        return Math.Min(part, whole);
    }

    private void ReadMembers(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8))
            {
                Input = TokenNumber.Read(ref reader, ref Malformed) ?? Input;
            }
            else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
            {
                Output = TokenNumber.Read(ref reader, ref Malformed) ?? Output;
            }
            else if (reader.ValueTextEquals("total_tokens"u8))
            {
                Total = TokenNumber.Read(ref reader, ref Malformed);
            }
            else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("input_tokens_details"u8)
                || reader.ValueTextEquals("input_token_details"u8))
            {
                ReadDetails(ref reader, isInput: true);
            }
            else if (reader.ValueTextEquals("completion_tokens_details"u8)
                || reader.ValueTextEquals("output_tokens_details"u8)
                || reader.ValueTextEquals("output_token_details"u8))
            {
                ReadDetails(ref reader, isInput: false);
            }
            else if (reader.ValueTextEquals("prompt_cache_hit_tokens"u8) || reader.ValueTextEquals("cached_tokens"u8))
            {
                // DeepSeek and Moonshot; the nested detail wins where a server sends both.
                _cachedElsewhere = TokenNumber.Read(ref reader, ref Malformed) ?? _cachedElsewhere;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private void ReadDetails(ref Utf8JsonReader reader, bool isInput)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("audio_tokens"u8))
            {
                var audio = TokenNumber.Read(ref reader, ref Malformed);
                (AudioInput, AudioOutput) = isInput ? (audio, AudioOutput) : (AudioInput, audio);
            }
            else if (reader.ValueTextEquals("image_tokens"u8))
            {
                var image = TokenNumber.Read(ref reader, ref Malformed);
                (ImageInput, ImageOutput) = isInput ? (image, ImageOutput) : (ImageInput, image);
            }
            else if (isInput && reader.ValueTextEquals("cached_tokens"u8))
            {
                Cached = TokenNumber.Read(ref reader, ref Malformed) ?? Cached;
            }
            else if (isInput && (reader.ValueTextEquals("cache_write_tokens"u8)
                || reader.ValueTextEquals("cache_creation_tokens"u8)))
            {
                CacheWrite = TokenNumber.Read(ref reader, ref Malformed) ?? CacheWrite;
            }
            else if (isInput && reader.ValueTextEquals("cached_tokens_details"u8))
            {
                ReadCachedDetails(ref reader);
            }
            else if (!isInput && reader.ValueTextEquals("reasoning_tokens"u8))
            {
                Reasoning = TokenNumber.Read(ref reader, ref Malformed);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private void ReadCachedDetails(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("audio_tokens"u8))
            {
                AudioCached = TokenNumber.Read(ref reader, ref Malformed);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }
}
