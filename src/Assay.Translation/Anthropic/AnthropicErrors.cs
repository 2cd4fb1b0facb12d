using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Anthropic;

/// <summary>Errors in Anthropic's words.</summary>
internal static class AnthropicErrors
{
    /// <returns>The status to answer with.</returns>
    public static int Write(Utf8JsonWriter json, in AnswerError error)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, Type(error.Kind));
        json.WritePropertyName("message"u8);
        if (error.Kind == ErrorKind.ContextTooLong && !error.Message.Escaped.StartsWith("prompt is too long"u8))
        {
            // Clients compact their history when they read these words.
            json.WriteEscaped("prompt is too long: "u8, error.Message.Escaped);
        }
        else
        {
            error.Message.WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();

        // 402 tells these clients not to try again, which 429 does not.
        return error.Kind == ErrorKind.QuotaSpent ? 402 : error.Kind == ErrorKind.Overloaded && error.Status == 503 ? 529 : error.Status;
    }

    private static ReadOnlySpan<byte> Type(ErrorKind kind) => kind switch
    {
        ErrorKind.Authentication => "authentication_error"u8,
        ErrorKind.Permission => "permission_error"u8,
        ErrorKind.NotFound => "not_found_error"u8,
        ErrorKind.TooLarge => "request_too_large"u8,
        ErrorKind.RateLimited => "rate_limit_error"u8,
        ErrorKind.QuotaSpent => "billing_error"u8,
        ErrorKind.Overloaded => "overloaded_error"u8,
        ErrorKind.Timeout => "timeout_error"u8,
        ErrorKind.Server => "api_error"u8,
        _ => "invalid_request_error"u8,
    };
}
