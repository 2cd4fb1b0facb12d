using System.Runtime.InteropServices;
using System.Text.Json;

namespace Assay.Sim.Prompts;

/// <summary>
/// Counts and fingerprints a prompt with one simple rule: text is a token for every four bytes of JSON strings and
/// numbers, an image is 258 tokens, audio a token for every 64 bytes of base64. A part that can be cached (a tool, a
/// message, a content block) is one step; the fingerprint after a step stands for the whole prefix.
/// </summary>
internal sealed class PromptMeter
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;
    private const int ImageTokens = 258;
    private const int PartOverheadTokens = 3;

    private readonly List<PromptStep> _steps = [];
    private ulong _hash;
    private long _bytes;

    public PromptMeter(string scope)
    {
        _hash = FnvOffset;
        foreach (var c in scope)
        {
            _hash = (_hash ^ c) * FnvPrime;
        }
    }

    public IReadOnlyList<PromptStep> Steps => _steps;

    /// <summary>Text tokens so far.</summary>
    public int Text { get; private set; }

    public int Audio { get; private set; }

    public int Images { get; private set; }

    public ulong Fingerprint => _hash;

    /// <summary>Adds one part; null is no part.</summary>
    public void Add(JsonElement? part)
    {
        if (part is not { } element || element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return;
        }

        _bytes = 0;
        Walk(element);
        Text += (int)((_bytes + 3) / 4) + PartOverheadTokens;
        _steps.Add(new PromptStep(_hash, Text, CacheMark(element)));
    }

    /// <summary>Adds each element of an array as a part of its own; anything else as one part.</summary>
    public void AddEach(JsonElement? parts)
    {
        if (parts is { ValueKind: JsonValueKind.Array } array)
        {
            foreach (var part in array.EnumerateArray())
            {
                Add(part);
            }
        }
        else
        {
            Add(parts);
        }
    }

    private static CacheMark CacheMark(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && (part.TryGetProperty("cache_control", out var control) || part.TryGetProperty("cachePoint", out control))
        && control.ValueKind == JsonValueKind.Object
            ? control.TryGetProperty("ttl", out var ttl) && ttl.ValueEquals("1h") ? Prompts.CacheMark.OneHour : Prompts.CacheMark.FiveMinutes
            : Prompts.CacheMark.None;

    private void Walk(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WalkObject(element);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Walk(item);
                }

                break;
            case JsonValueKind.String:
                var text = JsonMarshal.GetRawUtf8Value(element);
                Hash(text);
                _bytes += text.Length - 2;
                break;
            default:
                var raw = JsonMarshal.GetRawUtf8Value(element);
                Hash(raw);
                _bytes += raw.Length;
                break;
        }
    }

    private void WalkObject(JsonElement element)
    {
        var media = MediaOf(element, out var mediaBytes);
        if (media != Media.None)
        {
            Hash(JsonMarshal.GetRawUtf8Value(element));
            if (media == Media.Image)
            {
                Images += ImageTokens;
            }
            else
            {
                Audio += Math.Max(1, mediaBytes / 64);
            }

            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            // An agent moves its cache mark from turn to turn; the prefix stays the same prefix.
            if (!property.NameEquals("cache_control"))
            {
                Walk(property.Value);
            }
        }
    }

    private static Media MediaOf(JsonElement element, out int bytes)
    {
        bytes = 0;
        if (element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String)
        {
            if (type.ValueEquals("image") || type.ValueEquals("image_url") || type.ValueEquals("input_image"))
            {
                return Media.Image;
            }

            if (type.ValueEquals("input_audio") && element.TryGetProperty("input_audio", out var audio))
            {
                bytes = Length(audio, "data");
                return Media.Audio;
            }
        }

        if (element.TryGetProperty("image", out var image) && image.ValueKind == JsonValueKind.Object && image.TryGetProperty("source", out _))
        {
            return Media.Image;
        }

        if (!element.TryGetProperty("inlineData", out var inline) && !element.TryGetProperty("inline_data", out inline))
        {
            return Media.None;
        }

        bytes = Length(inline, "data");
        var mime = inline.ValueKind == JsonValueKind.Object
            && (inline.TryGetProperty("mimeType", out var m) || inline.TryGetProperty("mime_type", out m))
            ? m.GetString() ?? ""
            : "";
        return mime.StartsWith("image/", StringComparison.Ordinal) ? Media.Image
            : mime.StartsWith("audio/", StringComparison.Ordinal) ? Media.Audio
            : Media.None;
    }

    private static int Length(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var data)
            ? JsonMarshal.GetRawUtf8Value(data).Length
            : 0;

    private void Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = _hash;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * FnvPrime;
        }

        _hash = hash;
    }

    private enum Media
    {
        None,
        Image,
        Audio,
    }
}

/// <summary>What a part asks of the prompt cache (Anthropic's <c>cache_control</c>).</summary>
internal enum CacheMark
{
    None,
    FiveMinutes,
    OneHour,
}

/// <summary>The prompt up to and with one part.</summary>
/// <param name="Prefix">Fingerprint of everything so far.</param>
/// <param name="Text">Text tokens so far.</param>
/// <param name="Mark">What this part asks of the cache.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct PromptStep(ulong Prefix, int Text, CacheMark Mark);
