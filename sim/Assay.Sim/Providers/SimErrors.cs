using System.Globalization;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers;

/// <summary>Errors in each provider's own words, so that the SDKs raise the right class.</summary>
internal static class SimErrors
{
    public static Answer Answer(SimFormat format, int status, string id, string? message = null, int? retryAfter = null, bool asArray = false)
    {
        List<KeyValuePair<string, string>> headers = [];
        if (retryAfter is { } seconds)
        {
            headers.Add(new("Retry-After", seconds.ToString(CultureInfo.InvariantCulture)));
        }

        if (format == SimFormat.Anthropic)
        {
            // The SDKs retry by this header before they look at the status.
            headers.Add(new("x-should-retry", status is 408 or 409 or 429 or >= 500 ? "true" : "false"));
        }

        return new Answer
        {
            Status = status,
            Headers = headers,
            Body = Body(format, status, id, message ?? Message(status), asArray),
        };
    }

    public static byte[] Body(SimFormat format, int status, string id, string message, bool asArray = false) => Json.Bytes(
        json =>
        {
            if (asArray)
            {
                json.WriteStartArray();
            }

            switch (format)
            {
                case SimFormat.Anthropic:
                    json.Object(() =>
                    {
                        json.WriteString("type", "error");
                        json.Object("error", () =>
                        {
                            json.WriteString("type", AnthropicType(status));
                            json.WriteString("message", message);
                        });
                        json.WriteString("request_id", id);
                    });
                    break;
                case SimFormat.Gemini:
                    json.Object(() => json.Object("error", () =>
                    {
                        json.WriteNumber("code", status);
                        json.WriteString("message", message);
                        json.WriteString("status", GeminiStatus(status));
                    }));
                    break;
                default:
                    json.Object(() => json.Object("error", () =>
                    {
                        json.WriteString("message", message);
                        json.WriteString("type", OpenAIType(status));
                        json.WriteNull("param");
                        if (OpenAICode(status) is { } code)
                        {
                            json.WriteString("code", code);
                        }
                        else
                        {
                            json.WriteNull("code");
                        }
                    }));
                    break;
            }

            if (asArray)
            {
                json.WriteEndArray();
            }
        },
        indented: format == SimFormat.Gemini);

    private static string Message(int status) => status switch
    {
        400 => "The request is malformed.",
        401 => "No valid API key was provided.",
        403 => "This key has no permission for the resource.",
        404 => "The resource does not exist.",
        408 => "The request timed out.",
        413 => "The request is too large.",
        422 => "The request could not be processed.",
        429 => "Rate limit reached. Please try again later.",
        503 => "The service is temporarily unavailable.",
        529 => "Overloaded",
        _ => "The server had an error while processing the request.",
    };

    private static string OpenAIType(int status) => status switch
    {
        429 => "tokens",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    private static string? OpenAICode(int status) => status switch
    {
        401 => "invalid_api_key",
        404 => "model_not_found",
        429 => "rate_limit_exceeded",
        _ => null,
    };

    private static string AnthropicType(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    private static string GeminiStatus(int status) => status switch
    {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        503 or 529 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        < 500 => "INVALID_ARGUMENT",
        _ => "UNKNOWN",
    };
}
