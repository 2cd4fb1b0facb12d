using Assay.Sim.Tally;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers.Clouds;

/// <summary>The clouds' paths: Azure OpenAI, Amazon Bedrock (Anthropic's models, and Converse for all), Vertex AI (Google's and Anthropic's).</summary>
internal static class CloudPaths
{
    /// <summary>What a path means; null if it is no cloud's.</summary>
    public static SimRoute? Match(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        return !HttpMethods.IsPost(request.Method) ? null
            : path.StartsWith("/openai/", StringComparison.Ordinal) ? Azure(path["/openai/".Length..])
            : path.StartsWith("/model/", StringComparison.Ordinal) ? Bedrock(path["/model/".Length..])
            : path.StartsWith("/v1/projects/", StringComparison.Ordinal) ? Vertex(path)
            : null;
    }

    private static SimRoute Azure(string path)
    {
        string? model = null;
        if (path.StartsWith("deployments/", StringComparison.Ordinal) && path.Split('/', 3) is [_, var deployment, var rest])
        {
            (model, path) = (deployment, rest);
        }
        else if (path.StartsWith("v1/", StringComparison.Ordinal))
        {
            path = path[3..];
        }
        else if (path != "responses")
        {
            return new SimRoute(SimFormat.OpenAI, null) { Cloud = SimCloud.Azure };
        }

        var operation = path switch
        {
            "chat/completions" => "chat.completions",
            "responses" when model is null => "responses",
            "completions" => "completions",
            "embeddings" => "embeddings",
            _ => null,
        };
        return new SimRoute(SimFormat.OpenAI, operation, model) { Cloud = SimCloud.Azure };
    }

    private static SimRoute Bedrock(string path)
    {
        var slash = path.LastIndexOf('/');
        var verb = path[(slash + 1)..];
        var operation = slash <= 0 ? null : verb switch
        {
            "invoke" or "invoke-with-response-stream" => "messages",
            "converse" or "converse-stream" => "converse",
            _ => null,
        };
        return new SimRoute(SimFormat.Anthropic, operation, operation is null ? null : Unescaped(path[..slash]))
        {
            Cloud = SimCloud.Bedrock,
            Streams = verb is "invoke-with-response-stream" or "converse-stream",
        };
    }

    private static SimRoute Vertex(string path)
    {
        // /v1/projects/P/locations/L/publishers/X/models/M:verb
        if (path.Split('/') is not [_, _, _, _, "locations", _, "publishers", var publisher, "models", var last]
            || last.LastIndexOf(':') is not (> 0 and var colon))
        {
            return new SimRoute(SimFormat.Gemini, null) { Cloud = SimCloud.Vertex };
        }

        var (model, verb) = (last[..colon], last[(colon + 1)..]);
        return (publisher, verb) switch
        {
            ("google", "generateContent" or "streamGenerateContent" or "countTokens" or "embedContent") =>
                new SimRoute(SimFormat.Gemini, verb, model) { Cloud = SimCloud.Vertex },
            ("anthropic", "rawPredict") when model == "count-tokens" =>
                new SimRoute(SimFormat.Anthropic, "count_tokens") { Cloud = SimCloud.Vertex },
            ("anthropic", "rawPredict" or "streamRawPredict") =>
                new SimRoute(SimFormat.Anthropic, "messages", model) { Cloud = SimCloud.Vertex, Streams = verb == "streamRawPredict" },
            _ => new SimRoute(SimFormat.Gemini, null) { Cloud = SimCloud.Vertex },
        };
    }

    private static string Unescaped(string model) => model.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
