using System.Text;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>Pictures, documents, sounds and films, which Gemini tells apart by their media type alone.</summary>
internal static class GeminiMedia
{
    public static MediaPart Read(string mediaType, JsonElement at) => new(
        mediaType.StartsWith("audio/", StringComparison.Ordinal) ? MediaKind.Audio
        : mediaType.StartsWith("video/", StringComparison.Ordinal) ? MediaKind.Video
        : mediaType.StartsWith("image/", StringComparison.Ordinal) || mediaType.Length == 0 ? MediaKind.Image
        : MediaKind.Document)
    {
        At = at,
        MediaType = mediaType,
    };

    public static void Write(Utf8JsonWriter json, MediaPart media)
    {
        json.WriteStartObject();
        if (media.Url.IsSet)
        {
            json.WriteStartObject("fileData"u8);
            json.WriteString("mimeType"u8, media.MediaType.Length > 0 ? media.MediaType : TypeOf(media.Url));
            json.WriteText("fileUri"u8, media.Url);
        }
        else
        {
            json.WriteStartObject("inlineData"u8);
            json.WriteString("mimeType"u8, media.MediaType);
            json.WriteText("data"u8, media.Data);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Gemini wants the type said; the address's ending is all there is.</summary>
    private static string TypeOf(RawText url)
    {
        var text = Encoding.UTF8.GetString(url.Escaped);
        var path = text.Split('?', '#')[0];
        return path[(path.LastIndexOf('.') + 1)..].ToLowerInvariant() switch
        {
            "png" => "image/png",
            "gif" => "image/gif",
            "webp" => "image/webp",
            "pdf" => "application/pdf",
            _ => "image/jpeg",
        };
    }
}
