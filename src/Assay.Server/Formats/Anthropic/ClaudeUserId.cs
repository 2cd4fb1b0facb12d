using System.Text;
using System.Text.Json;

namespace Assay.Server.Formats.Anthropic;

/// <summary>
/// The session inside <c>metadata.user_id</c> as Claude Code sends it. Up to 2.1.77 the value was
/// <c>user_{hash}_account_{uuid}_session_{uuid}</c>; since then it is a JSON object written into the string:
/// <c>{"device_id":"…","account_uuid":"…","session_id":"…"}</c>. Any other value names a person of the client's and is
/// not read.
/// </summary>
internal static class ClaudeUserId
{
    private const string Marker = "_session_";

    /// <summary>The session; empty if the value has none.</summary>
    public static string SessionOf(string userId)
    {
        if (userId.StartsWith('{'))
        {
            return FromJson(userId);
        }

        var at = userId.StartsWith("user_", StringComparison.Ordinal)
            ? userId.LastIndexOf(Marker, StringComparison.Ordinal)
            : -1;
        return at < 0 ? "" : userId[(at + Marker.Length)..];
    }

    private static string FromJson(string userId)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(userId));
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isSession = reader.ValueTextEquals("session_id"u8);
                reader.Read();
                if (isSession && reader.TokenType == JsonTokenType.String)
                {
                    return reader.GetString() ?? "";
                }

                reader.Skip();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Some other client's own notation.
        }

        return "";
    }
}
