using System.Text;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>OpenAI's one field for two things: the address of a picture, or the picture itself as <c>data:</c>.</summary>
internal static class DataUrls
{
    private const int HeadBytesMax = 128;

    public static MediaPart Read(MediaKind kind, RawText value, JsonElement at)
    {
        var part = new MediaPart(kind) { At = at };
        var escaped = value.Escaped;
        if (!escaped.StartsWith("data:"u8))
        {
            return kind == MediaKind.Image || escaped.StartsWith("http"u8)
                ? part with { Url = value }
                : part with { Data = value, MediaType = "application/pdf" }; // file_data may be bare base64.
        }

        var head = escaped[..Math.Min(escaped.Length, HeadBytesMax)];
        var comma = head.IndexOf((byte)',');
        if (comma < 0 || !head[..comma].EndsWith(";base64"u8))
        {
            throw TranslationException.Malformed(at, "has a data URL that is not base64");
        }

        var type = Encoding.ASCII.GetString(head[5..(comma - 7)]).Replace("\\/", "/", StringComparison.Ordinal);
        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        return part with
        {
            MediaType = semicolon < 0 ? type : type[..semicolon],
            Data = value.From(comma + 1),
        };
    }

    public static void Write(Utf8JsonWriter json, MediaPart media)
    {
        if (media.Url.IsSet)
        {
            media.Url.WriteTo(json);
        }
        else
        {
            json.WriteEscaped(Encoding.ASCII.GetBytes($"data:{media.MediaType};base64,"), media.Data.Escaped);
        }
    }
}
