using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>Errors in Gemini's words.</summary>
internal static class GeminiErrors
{
    /// <returns>The status to answer with.</returns>
    public static int Write(Utf8JsonWriter json, in AnswerError error, bool asArray)
    {
        var status = error.Kind == ErrorKind.QuotaSpent ? 429 : error.Status == 529 ? 503 : error.Status;
        if (asArray)
        {
            json.WriteStartArray();
        }

        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, status);
        json.WriteText("message"u8, error.Message);
        json.WriteString("status"u8, error.Kind switch
        {
            ErrorKind.Authentication => "UNAUTHENTICATED"u8,
            ErrorKind.Permission => "PERMISSION_DENIED"u8,
            ErrorKind.NotFound => "NOT_FOUND"u8,
            ErrorKind.RateLimited or ErrorKind.QuotaSpent => "RESOURCE_EXHAUSTED"u8,
            ErrorKind.Overloaded => "UNAVAILABLE"u8,
            ErrorKind.Timeout => "DEADLINE_EXCEEDED"u8,
            ErrorKind.Server => status is 502 ? "UNAVAILABLE"u8 : "INTERNAL"u8,
            _ => "INVALID_ARGUMENT"u8,
        });
        json.WriteEndObject();
        json.WriteEndObject();
        if (asArray)
        {
            json.WriteEndArray();
        }

        return status;
    }
}
