using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers.Clouds;

/// <summary>What the clouds refuse: a credential that is none, a body that the format's own company would take.</summary>
internal sealed class CloudGate(SimCloudOptions options, TokenService tokens)
{
    /// <summary>The status and words of the refusal; null if the call may pass.</summary>
    public (int Status, string Message)? Refuse(HttpRequest request, SimRoute route, byte[] bytes, JsonElement? body) => route.Cloud switch
    {
        SimCloud.Azure => Azure(request, body),
        SimCloud.Bedrock => Signed(request, bytes) ?? Bedrock(route, body),
        SimCloud.Vertex => Vertex(request, route, body),
        _ => null,
    };

    private static (int Status, string Message)? Azure(HttpRequest request, JsonElement? body)
    {
        if (request.Headers["api-key"].Count == 0 && !IsBearer(request))
        {
            return (401, "Access denied due to invalid subscription key or wrong API endpoint.");
        }

        var isCurrent = request.Path.StartsWithSegments("/openai/v1", StringComparison.Ordinal);
        return !isCurrent && request.Query["api-version"].Count == 0 ? (404, "Resource not found")
            : isCurrent && body?.GetText("model") is null ? (400, "you must provide a model parameter")
            : null;
    }

    private (int Status, string Message)? Signed(HttpRequest request, byte[] bytes)
    {
        if (IsBearer(request))
        {
            return null;
        }

        return AwsSignature.Fault(request, bytes, options) is { } fault ? (403, fault) : null;
    }

    private static (int Status, string Message)? Bedrock(SimRoute route, JsonElement? body)
    {
        if (route.Operation is null)
        {
            return (404, "The resource you requested does not exist.");
        }

        if (route.Operation == "converse")
        {
            return body is { } asked && ConverseRules.Fault(asked) is { } fault ? (400, fault) : null;
        }

        foreach (var name in (string[])["model", "stream"])
        {
            if (body?.Get(name) is not null)
            {
                return (400, $"Malformed input request: #: extraneous key [{name}] is not permitted, please reformat your input and try again.");
            }
        }

        return body?.GetText("anthropic_version") != "bedrock-2023-05-31"
            ? (400, "Malformed input request: #: required key [anthropic_version] not found")
            : null;
    }

    private (int Status, string Message)? Vertex(HttpRequest request, SimRoute route, JsonElement? body)
    {
        if (!IsBearer(request) || (options.GoogleAccountKey is not null && !tokens.Knows(request.Headers.Authorization.ToString()[7..])))
        {
            return (401, "Request had invalid authentication credentials.");
        }

        return route.Operation == "messages" && body?.GetText("anthropic_version") != "vertex-2023-10-16"
                ? (400, "anthropic_version: Field required")
            : route.Operation == "messages" && body?.Get("model") is not null ? (400, "model: Extra inputs are not permitted")
            : null;
    }

    private static bool IsBearer(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal);
}
