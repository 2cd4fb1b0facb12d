using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Ledger.Usage;

namespace Assay.Server.Formats.Gemini;

/// <summary>
/// Gemini's usage metadata. The prompt includes what was cached; candidates, thoughts and tool-use prompts stand beside
/// it, and the total is the sum of these four. Every event states them anew and cumulatively; a count of zero is left
/// out, so what a later event leaves out stays.
/// </summary>
internal struct GeminiUsage
{
    public long? Prompt;
    public long? Cached;
    public long? Candidates;
    public long? Thoughts;
    public long? ToolUse;
    public long? Total;
    public string Tier;
    public bool Malformed;

    private Modalities _prompt;
    private Modalities _cached;
    private Modalities _candidates;
    private Modalities _toolUse;

    public void Update(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != '{')
        {
            return;
        }

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
    }

    public readonly UsageCounts ToCounts(out bool malformed)
    {
        malformed = Malformed;
        var counts = default(UsageCounts);

        var prompt = Prompt ?? 0;
        var cached = Take(Cached ?? 0, prompt, ref malformed);
        var audioCached = Math.Min(_cached.Audio, cached);
        var left = prompt - cached + (ToolUse ?? 0);
        var audio = Take(Math.Max(0, _prompt.Audio - _cached.Audio) + _toolUse.Audio, left, ref malformed);
        left -= audio;
        var image = Take(Math.Max(0, _prompt.Image - _cached.Image) + _toolUse.Image, left, ref malformed);
        counts[UsageClass.Input] = left - image;
        counts[UsageClass.AudioInput] = audio;
        counts[UsageClass.ImageInput] = image;
        counts[UsageClass.CacheRead] = cached - audioCached;
        counts[UsageClass.AudioCacheRead] = audioCached;

        var output = Candidates ?? 0;
        var thoughts = Thoughts ?? 0;
        if (thoughts > 0 && Total is { } total && total == prompt + (ToolUse ?? 0) + output)
        {
            // The total proves that this model counts its thoughts among the candidates.
            output = Math.Max(0, output - thoughts);
        }

        var audioOutput = Take(_candidates.Audio, output, ref malformed);
        var imageOutput = Take(_candidates.Image, output - audioOutput, ref malformed);
        counts[UsageClass.Output] = output - audioOutput - imageOutput;
        counts[UsageClass.AudioOutput] = audioOutput;
        counts[UsageClass.ImageOutput] = imageOutput;
        counts[UsageClass.Reasoning] = thoughts;
        return counts;
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
            if (reader.ValueTextEquals("promptTokenCount"u8))
            {
                Prompt = TokenNumber.Read(ref reader, ref Malformed) ?? Prompt;
            }
            else if (reader.ValueTextEquals("candidatesTokenCount"u8) || reader.ValueTextEquals("responseTokenCount"u8))
            {
                Candidates = TokenNumber.Read(ref reader, ref Malformed) ?? Candidates;
            }
            else if (reader.ValueTextEquals("totalTokenCount"u8))
            {
                Total = TokenNumber.Read(ref reader, ref Malformed) ?? Total;
            }
            else if (reader.ValueTextEquals("thoughtsTokenCount"u8))
            {
                Thoughts = TokenNumber.Read(ref reader, ref Malformed) ?? Thoughts;
            }
            else if (reader.ValueTextEquals("cachedContentTokenCount"u8))
            {
                Cached = TokenNumber.Read(ref reader, ref Malformed) ?? Cached;
            }
            else if (reader.ValueTextEquals("toolUsePromptTokenCount"u8))
            {
                ToolUse = TokenNumber.Read(ref reader, ref Malformed) ?? ToolUse;
            }
            else if (reader.ValueTextEquals("promptTokensDetails"u8))
            {
                ReadDetails(ref reader, ref _prompt);
            }
            else if (reader.ValueTextEquals("cacheTokensDetails"u8))
            {
                ReadDetails(ref reader, ref _cached);
            }
            else if (reader.ValueTextEquals("candidatesTokensDetails"u8)
                || reader.ValueTextEquals("responseTokensDetails"u8))
            {
                ReadDetails(ref reader, ref _candidates);
            }
            else if (reader.ValueTextEquals("toolUsePromptTokensDetails"u8))
            {
                ReadDetails(ref reader, ref _toolUse);
            }
            else if (reader.ValueTextEquals("trafficType"u8) || reader.ValueTextEquals("serviceTier"u8))
            {
                reader.Read();
                Tier = TierName(ref reader, Tier);
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static string TierName(ref Utf8JsonReader reader, string? current) =>
        reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > 64
            ? current ?? ""
            : current is not null && reader.ValueTextEquals(current) ? current : reader.GetString() ?? "";

    private void ReadDetails(ref Utf8JsonReader reader, ref Modalities modalities)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        modalities = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadDetail(ref reader, ref modalities);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadDetail(ref Utf8JsonReader reader, ref Modalities modalities)
    {
        var isAudio = false;
        var isImage = false;
        var count = 0L;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("modality"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    isAudio = reader.ValueTextEquals("AUDIO"u8);
                    isImage = reader.ValueTextEquals("IMAGE"u8) || reader.ValueTextEquals("VIDEO"u8);
                }

                reader.Skip();
            }
            else if (reader.ValueTextEquals("tokenCount"u8))
            {
                count = TokenNumber.Read(ref reader, ref Malformed) ?? 0;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        modalities.Audio += isAudio ? count : 0;
        modalities.Image += isImage ? count : 0;
    }

    /// <summary>The modalities that are priced apart; the rest is text.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Modalities
    {
        public long Audio;
        public long Image;
    }
}
