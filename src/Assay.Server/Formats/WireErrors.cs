using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>
/// Assay's own errors, in the shape of the provider that the client believes to speak with, so that its library
/// raises the exception its caller expects.
/// </summary>
internal static class WireErrors
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The content type that goes with <see cref="Body(WireFormat, Refusal, string, string, bool)"/>.</summary>
    public static string ContentType(WireFormat format) =>
        format == WireFormat.None ? "application/problem+json" : "application/json";

    /// <summary>
    /// Whether Google would wrap the error into an array: on streams that were not asked for as events.
    /// </summary>
    public static bool IsArray(RouteMatch match, bool wantsEvents) =>
        match.Operation == Operation.StreamGenerateContent && !wantsEvents;

    /// <summary>The body of a refusal.</summary>
    /// <param name="format">The client's format.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="message">For a person; without secrets or content.</param>
    /// <param name="requestId">The value of <c>x-assay-request-id</c>; empty to leave it out.</param>
    /// <param name="asArray">See <see cref="IsArray"/>.</param>
    public static byte[] Body(
        WireFormat format, Refusal refusal, string message, string requestId = "", bool asArray = false) =>
        Write(format, refusal.Shape(), message, requestId, asArray);

    /// <summary>The body of an error with a status and reason of its own.</summary>
    public static byte[] Body(WireFormat format, int status, string reason, string message) =>
        Write(format, Refusals.Shape(status, reason), message, "", asArray: false);

    /// <summary>An error inside a stream that has begun, as one complete event.</summary>
    public static byte[] Event(WireFormat format, Refusal refusal, string message, string requestId = "")
    {
        var body = Write(format, refusal.Shape(), message, requestId, asArray: false);
        var name = format == WireFormat.Anthropic ? "event: error\ndata: "u8 : "data: "u8;
        return [.. name, .. body, .. "\n\n"u8];
    }

    private static byte[] Write(WireFormat format, RefusalShape shape, string message, string requestId, bool asArray)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            switch (format)
            {
                case WireFormat.OpenAI:
                    WriteOpenAI(json, shape, message);
                    break;
                case WireFormat.Anthropic:
                    WriteAnthropic(json, shape, message, requestId);
                    break;
                case WireFormat.Gemini:
                    WriteGemini(json, shape, message, asArray);
                    break;
                case WireFormat.Converse:
                    WriteBedrock(json, message);
                    break;
                default:
                    WriteProblem(json, shape, message, requestId);
                    break;
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOpenAI(Utf8JsonWriter json, in RefusalShape shape, string message)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, message);
        json.WriteString("type"u8, shape.OpenAIType);
        json.WriteNull("param"u8);
        json.WriteString("code"u8, OpenAICode(shape.Reason));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The codes that clients compare with, where OpenAI has one for the same thing.</summary>
    private static string OpenAICode(string reason) => reason switch
    {
        "bad_key" or "key_missing" or "key_expired" or "key_revoked" => "invalid_api_key",
        "unknown_model" => "model_not_found",
        "budget_exceeded" => "insufficient_quota",
        "rate_limited" or "too_many_streams" => "rate_limit_exceeded",
        _ => reason,
    };

    private static void WriteAnthropic(Utf8JsonWriter json, in RefusalShape shape, string message, string requestId)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, shape.AnthropicType);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
        if (requestId.Length > 0)
        {
            json.WriteString("request_id"u8, requestId);
        }

        json.WriteEndObject();
    }

    private static void WriteGemini(Utf8JsonWriter json, in RefusalShape shape, string message, bool asArray)
    {
        if (asArray)
        {
            json.WriteStartArray();
        }

        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, shape.Status);
        json.WriteString("message"u8, message);
        json.WriteString("status"u8, shape.GeminiStatus);
        json.WriteStartArray("details"u8);
        json.WriteStartObject();
        json.WriteString("@type"u8, "type.googleapis.com/google.rpc.ErrorInfo"u8);
        json.WriteString("reason"u8, shape.Reason.ToUpperInvariant());
        json.WriteString("domain"u8, "assay"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        if (asArray)
        {
            json.WriteEndArray();
        }
    }

    // What kind of error it is stands in a header (BedrockType).
    private static void WriteBedrock(Utf8JsonWriter json, string message)
    {
        json.WriteStartObject();
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    }

    /// <summary>The value of <c>x-amzn-ErrorType</c>, by which AWS's libraries choose their exception.</summary>
    public static string BedrockType(int status) => status switch
    {
        400 or 413 or 431 => "ValidationException",
        401 or 403 => "AccessDeniedException",
        402 or 429 => "ThrottlingException",
        404 or 405 => "ResourceNotFoundException",
        503 => "ServiceUnavailableException",
        504 => "ModelTimeoutException",
        _ => "InternalServerException",
    };

    private static void WriteProblem(Utf8JsonWriter json, in RefusalShape shape, string message, string requestId)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "about:blank"u8);
        json.WriteString("title"u8, shape.Reason.Replace('_', ' '));
        json.WriteNumber("status"u8, shape.Status);
        json.WriteString("detail"u8, message);
        json.WriteString("reason"u8, shape.Reason);
        if (requestId.Length > 0)
        {
            json.WriteString("requestId"u8, requestId);
        }

        json.WriteEndObject();
    }
}
