namespace Assay.Translation.Tests.Scenes;

/// <summary>Errors in each provider's words.</summary>
internal static partial class Upstreams
{
    public static byte[] Error(ApiFormat format, int status) => System.Text.Encoding.UTF8.GetBytes(format switch
    {
        ApiFormat.AnthropicMessages => $$$"""{"type":"error","error":{"type":"{{{AnthropicType(status)}}}","message":"It failed \"so\"."},"request_id":"req_1"}""",
        ApiFormat.BedrockConverse => """{"message":"It failed \"so\"."}""",
        ApiFormat.Gemini => $$$"""{"error":{"code":{{{status}}},"message":"It failed \"so\".","status":"{{{GoogleStatus(status)}}}"}}""",
        _ => $$$"""{"error":{"message":"It failed \"so\".","type":"{{{(status >= 500 ? "server_error" : "invalid_request_error")}}}","param":null,"code":null}}""",
    });

    /// <summary>The event with which a provider ends a stream that it cannot finish.</summary>
    public static string ErrorEvent(ApiFormat format) => format switch
    {
        ApiFormat.AnthropicMessages or ApiFormat.BedrockConverse => "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
        ApiFormat.OpenAIResponses => "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"Overloaded\",\"param\":null,\"sequence_number\":9}\n\n",
        ApiFormat.Gemini => "data: {\"error\":{\"code\":503,\"message\":\"Overloaded\",\"status\":\"UNAVAILABLE\"}}\r\n\r\n",
        _ => "data: {\"error\":{\"message\":\"Overloaded\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n",
    };

    private static string AnthropicType(int status) => status switch
    {
        401 => "authentication_error",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        _ => "invalid_request_error",
    };

    private static string GoogleStatus(int status) => status switch
    {
        401 => "UNAUTHENTICATED",
        429 => "RESOURCE_EXHAUSTED",
        529 => "UNAVAILABLE",
        _ => "INVALID_ARGUMENT",
    };
}
