using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>
/// Reads what providers answer errors with. One reader for all formats: servers that imitate a format often imitate
/// its errors badly, so whatever is known is looked for.
/// </summary>
internal static class ErrorBodies
{
    private const int MessageBytesMax = 4_096;

    public static AnswerError Read(JsonElement body, int status)
    {
        var at = body;
        if (at.ValueKind == JsonValueKind.Array && at.GetArrayLength() > 0)
        {
            at = at[0];
        }

        var inner = at.Member("error"u8);
        var error = inner.ValueKind == JsonValueKind.Object ? inner : at;
        var message = Message(inner.ValueKind == JsonValueKind.String ? inner : default, error);
        var type = Word(error, "type"u8);
        var code = Word(error, "code"u8);
        var kind = Kind(type, code, Word(error, "status"u8), message, StatusIn(error, status));
        var told = StatusIn(error, status);
        return new AnswerError(kind, told >= 400 ? told : AnswerError.StatusOf(kind), message);
    }

    /// <summary>The error of a body that may be anything, an empty one or a web page included.</summary>
    public static AnswerError Read(ReadOnlyMemory<byte> body, int status)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            var read = Read(document.RootElement, status);
            return read with { Status = status, Message = RawText.OfEscaped(read.Message.Escaped.ToArray()) };
        }
        catch (JsonException)
        {
            return new AnswerError(
                AnswerError.OfStatus(status), status, RawText.Of($"The provider answered with status {status}."));
        }
    }

    private static int StatusIn(JsonElement error, int status)
    {
        // Inside a stream the status line has long gone with 200; Gemini and OpenAI-compatible servers state a code.
        var code = error.Member("code"u8);
        return status < 400 && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var told) && told is >= 400 and < 600
            ? told
            : status;
    }

    private static ErrorKind Kind(string type, string code, string status, RawText message, int http)
    {
        if (code is "context_length_exceeded" || type is "exceed_context_size_error" || IsTooLong(message))
        {
            return ErrorKind.ContextTooLong;
        }

        if (code is "insufficient_quota" || type is "insufficient_quota" or "billing_error")
        {
            return ErrorKind.QuotaSpent;
        }

        if (http >= 400)
        {
            return type == "overloaded_error" ? ErrorKind.Overloaded : AnswerError.OfStatus(http);
        }

        return (type, status) switch
        {
            ("authentication_error", _) or (_, "UNAUTHENTICATED") => ErrorKind.Authentication,
            ("permission_error", _) or (_, "PERMISSION_DENIED") => ErrorKind.Permission,
            ("not_found_error", _) or (_, "NOT_FOUND") => ErrorKind.NotFound,
            ("request_too_large", _) => ErrorKind.TooLarge,
            ("rate_limit_error" or "tokens" or "requests" or "rate_limit_exceeded", _) or (_, "RESOURCE_EXHAUSTED") => ErrorKind.RateLimited,
            ("overloaded_error", _) or (_, "UNAVAILABLE") => ErrorKind.Overloaded,
            ("timeout_error", _) or (_, "DEADLINE_EXCEEDED") => ErrorKind.Timeout,
            ("invalid_request_error", _) or (_, "INVALID_ARGUMENT" or "FAILED_PRECONDITION") => ErrorKind.Invalid,
            _ when code is "rate_limit_exceeded" => ErrorKind.RateLimited,
            _ => ErrorKind.Server,
        };
    }

    /// <summary>The prompt does not fit: clients that compact their history wait for exactly this.</summary>
    private static bool IsTooLong(RawText message)
    {
        var text = message.Escaped;
        return text.StartsWith("prompt is too long"u8)
            || text.IndexOf("maximum context length"u8) >= 0
            || text.IndexOf("exceeds the maximum number of tokens allowed"u8) >= 0
            || text.IndexOf("exceeds the context window"u8) >= 0
            || text.StartsWith("Input is too long"u8)
            || text.IndexOf("greater than the context length"u8) >= 0;
    }

    private static RawText Message(JsonElement text, JsonElement error)
    {
        // Servers that check with a schema (Mistral, vLLM behind FastAPI) answer with a list of what is wrong.
        var detail = error.Member("detail"u8);
        var first = detail.ValueKind == JsonValueKind.Array && detail.GetArrayLength() > 0 ? detail[0].Member("msg"u8) : default;
        foreach (var candidate in (ReadOnlySpan<JsonElement>)[text, error.Member("message"u8), detail, first, error])
        {
            if (candidate.ValueKind == JsonValueKind.String)
            {
                var message = RawText.Of(candidate);
                return message.Escaped.Length <= MessageBytesMax ? message : RawText.Of("The provider's error message is too long to show.");
            }
        }

        return RawText.Of("The provider answered with an error.");
    }

    private static string Word(JsonElement error, ReadOnlySpan<byte> name)
    {
        var value = error.Member(name);
        return value.ValueKind == JsonValueKind.String ? value.Name() : "";
    }
}
