using Assay.Sim.Providers.Clouds;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers;

/// <summary>Which operation a path names. The port decides the format where paths are shared.</summary>
/// <param name="Format">The wire format.</param>
/// <param name="Operation">The operation; null if the path is unknown.</param>
/// <param name="PathModel">The model, where the path has it.</param>
internal readonly record struct SimRoute(SimFormat Format, string? Operation, string? PathModel = null)
{
    /// <summary>The cloud whose path it is.</summary>
    public SimCloud Cloud { get; init; }

    /// <summary>Whether the path alone asks for a stream.</summary>
    public bool Streams { get; init; }

    public static SimRoute Match(HttpRequest request, SimFormat port)
    {
        if (CloudPaths.Match(request) is { } cloud)
        {
            return cloud;
        }

        var path = request.Path.Value ?? "";
        if (path.StartsWith("/v1beta/", StringComparison.Ordinal) || (port == SimFormat.Gemini && path.StartsWith("/v1/models", StringComparison.Ordinal)))
        {
            return Gemini(path[path.IndexOf('/', 1)..], HttpMethods.IsGet(request.Method));
        }

        var operation = (request.Method, path) switch
        {
            ("POST", "/v1/chat/completions") => "chat.completions",
            ("POST", "/v1/responses") => "responses",
            ("POST", "/v1/completions") => "completions",
            ("POST", "/v1/embeddings") => "embeddings",
            ("POST", "/v1/messages") => "messages",
            ("POST", "/v1/messages/count_tokens") => "count_tokens",
            _ when IsBatch(path) => "batches",
            ("GET", "/v1/models") => "models",
            ("GET", _) when path.StartsWith("/v1/models/", StringComparison.Ordinal) => "model",
            _ => null,
        };
        var format = operation switch
        {
            "messages" or "count_tokens" => SimFormat.Anthropic,
            "batches" when path.StartsWith("/v1/messages/", StringComparison.Ordinal) => SimFormat.Anthropic,
            "models" or "model" when request.Headers.ContainsKey("anthropic-version") => SimFormat.Anthropic,
            _ => port,
        };
        return new SimRoute(format, operation, operation == "model" ? path["/v1/models/".Length..] : null);
    }

    private static bool IsBatch(string path) =>
        path.Split('/') is [_, "v1", "files" or "batches", ..] or [_, "v1", "messages", "batches", ..];

    private static SimRoute Gemini(string path, bool isGet)
    {
        const string Prefix = "/models/";
        if (isGet)
        {
            return path == "/models" ? new SimRoute(SimFormat.Gemini, "models")
                : path.StartsWith(Prefix, StringComparison.Ordinal) ? new SimRoute(SimFormat.Gemini, "model", path[Prefix.Length..])
                : new SimRoute(SimFormat.Gemini, null);
        }

        var colon = path.LastIndexOf(':');
        var operation = colon < 0 || !path.StartsWith(Prefix, StringComparison.Ordinal) ? null : path[(colon + 1)..];
        return operation is "generateContent" or "streamGenerateContent" or "countTokens" or "embedContent" or "batchEmbedContents"
            ? new SimRoute(SimFormat.Gemini, operation, path[Prefix.Length..colon])
            : new SimRoute(SimFormat.Gemini, null);
    }
}
