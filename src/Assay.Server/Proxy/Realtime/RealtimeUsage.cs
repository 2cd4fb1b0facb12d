using System.Text.Json;
using Assay.Ledger.Usage;

namespace Assay.Server.Proxy.Realtime;

/// <summary>
/// Reads usage from what an OpenAI Realtime server says: every answer ends with <c>response.done</c> and its usage. Input
/// counts include what was cached; tokens of audio and images are told apart.
/// </summary>
internal sealed class RealtimeUsage : ISessionUsage
{
    private UsageCounts _counts;
    private int _open;

    /// <summary>What all answers so far have used.</summary>
    public UsageCounts Counts => _counts;

    /// <summary>Another answer like the average of those so far.</summary>
    public UsageCounts Next
    {
        get
        {
            var average = default(UsageCounts);
            for (var i = 0; i < UsageCounts.ClassCount && Answers > 0; i++)
            {
                average[(UsageClass)i] = (_counts[(UsageClass)i] + Answers - 1) / Answers;
            }

            return average;
        }
    }

    public bool ReadsBinary => false;

    /// <summary>Whether an answer had begun and did not tell its usage.</summary>
    public bool IsOpen => _open > 0;

    /// <summary>How many answers have told their usage.</summary>
    public int Answers { get; private set; }

    /// <summary>Takes a whole message of the server. True if it told usage.</summary>
    public bool Observe(ReadOnlySpan<byte> message)
    {
        // Cheap first: nearly all messages carry audio.
        if (message.IndexOf("\"response."u8) < 0)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(message.ToArray());
            var root = document.RootElement;
            switch (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("type"u8, out var type) ? type.GetString() : "")
            {
                case "response.created":
                    _open++;
                    return false;
                case "response.done":
                    _open = Math.Max(0, _open - 1);
                    return root.TryGetProperty("response"u8, out var response) && response.ValueKind == JsonValueKind.Object
                        && response.TryGetProperty("usage"u8, out var usage) && usage.ValueKind == JsonValueKind.Object && Add(usage);
                default:
                    return false;
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private bool Add(JsonElement usage)
    {
        var input = Number(usage, "input_tokens"u8);
        var output = Number(usage, "output_tokens"u8);
        var inputDetails = Member(usage, "input_token_details"u8);
        var cachedDetails = Member(inputDetails, "cached_tokens_details"u8);
        var audioIn = Number(inputDetails, "audio_tokens"u8);
        var imageIn = Number(inputDetails, "image_tokens"u8);
        var cached = Number(inputDetails, "cached_tokens"u8);
        var cachedAudio = Math.Min(Number(cachedDetails, "audio_tokens"u8), Math.Min(cached, audioIn));
        var cachedImage = Math.Min(Number(cachedDetails, "image_tokens"u8), Math.Min(cached - cachedAudio, imageIn));
        var audioOut = Math.Min(Number(Member(usage, "output_token_details"u8), "audio_tokens"u8), output);
        var cachedText = cached - cachedAudio;
        var told = default(UsageCounts);
        told[UsageClass.AudioInput] = audioIn - cachedAudio;
        told[UsageClass.AudioCacheRead] = cachedAudio;
        told[UsageClass.ImageInput] = imageIn - cachedImage;
        told[UsageClass.CacheRead] = cachedText;
        told[UsageClass.Input] = Math.Max(0, input - audioIn - (imageIn - cachedImage) - cachedText);
        told[UsageClass.AudioOutput] = audioOut;
        told[UsageClass.Output] = output - audioOut;
        _counts += told;
        Answers++;
        return true;
    }

    private static JsonElement Member(JsonElement of, ReadOnlySpan<byte> name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static long Number(JsonElement of, ReadOnlySpan<byte> name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value is >= 0 and < 1_000_000_000
            ? value
            : 0;
}
