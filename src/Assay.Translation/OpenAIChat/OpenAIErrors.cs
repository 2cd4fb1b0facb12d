using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>Errors in OpenAI's words, alike in Chat and Responses.</summary>
internal static class OpenAIErrors
{
    /// <returns>The status to answer with.</returns>
    public static int Write(Utf8JsonWriter json, in AnswerError error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteText("message"u8, error.Message);
        json.WriteString("type"u8, error.Kind switch
        {
            ErrorKind.QuotaSpent => "insufficient_quota"u8,
            ErrorKind.RateLimited => "rate_limit_error"u8,
            ErrorKind.Overloaded or ErrorKind.Server or ErrorKind.Timeout => "server_error"u8,
            _ => "invalid_request_error"u8,
        });
        json.WriteNull("param"u8);
        json.WritePropertyName("code"u8);
        var code = Code(error.Kind);
        if (code.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStringValue(code);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return error.Kind == ErrorKind.QuotaSpent ? 429 : error.Status == 529 ? 503 : error.Status;
    }

    public static ReadOnlySpan<byte> Code(ErrorKind kind) => kind switch
    {
        ErrorKind.ContextTooLong => "context_length_exceeded"u8,
        ErrorKind.Authentication => "invalid_api_key"u8,
        ErrorKind.NotFound => "model_not_found"u8,
        ErrorKind.RateLimited => "rate_limit_exceeded"u8,
        ErrorKind.QuotaSpent => "insufficient_quota"u8,
        ErrorKind.Overloaded => "server_is_overloaded"u8,
        ErrorKind.Server or ErrorKind.Timeout => "server_error"u8,
        _ => default,
    };
}
