namespace Assay.Server.Formats;

/// <summary>
/// Recognises the paths of the data plane. Fixed paths cost a few comparisons and no allocation; a path that carries
/// a model or a provider's name allocates that string.
/// </summary>
internal static class PathTable
{
    // gRPC's names of the service, under which Google serves it as a WebSocket too.
    private const string LiveStart = "/ws/google.ai.generativelanguage.";
    private const string LiveEnd = ".GenerativeService.BidiGenerateContent";

    /// <summary>
    /// Matches a call. When it does not match, <paramref name="match"/> still has the format in which an error would
    /// best be told, and its operation tells whether only the method was wrong (<see cref="Operation.None"/>: the path
    /// is unknown).
    /// </summary>
    public static bool TryMatch(string method, PathString path, out RouteMatch match)
    {
        var text = path.Value.AsSpan();
        if (text.StartsWith("/v1/", StringComparison.Ordinal))
        {
            match = MatchV1(method, text[4..]);
        }
        else if (text.StartsWith("/v1beta/", StringComparison.Ordinal))
        {
            match = MatchGemini(method, text[8..], "v1beta");
        }
        else if (text.StartsWith(LiveStart, StringComparison.Ordinal))
        {
            match = MatchLive(text[LiveStart.Length..]);
        }
        else if (text.StartsWith("/providers/", StringComparison.Ordinal))
        {
            match = MatchProvider(method, text[11..]);
            return match.Operation != Operation.None;
        }
        else
        {
            match = new RouteMatch(WireFormat.None, Operation.None);
        }

        return match.Operation != Operation.None && IsMethodOf(match.Operation, method);
    }

    /// <summary>The path to send to a Gemini provider when the model has another name there.</summary>
    public static string GeminiPath(RouteMatch match, string model)
    {
        var verb = match.Operation switch
        {
            Operation.GenerateContent => ":generateContent",
            Operation.StreamGenerateContent => ":streamGenerateContent",
            Operation.GeminiCountTokens => ":countTokens",
            Operation.EmbedContent => ":embedContent",
            Operation.BatchEmbedContents => ":batchEmbedContents",
            _ => "",
        };

        // Slashes stay: Google's own names may have them, and they are separators nowhere else in the path.
        var name = Uri.EscapeDataString(model).Replace("%2F", "/", StringComparison.Ordinal)
            .Replace("%3A", ":", StringComparison.Ordinal);
        return $"/{match.Version ?? "v1beta"}/models/{name}{verb}";
    }

    /// <summary>The path of a Live session at a provider.</summary>
    public static string LivePath(RouteMatch match) => LiveStart + match.Version + LiveEnd;

    private static RouteMatch MatchLive(ReadOnlySpan<char> rest) => rest switch
    {
        "v1beta" + LiveEnd => new(WireFormat.Gemini, Operation.Live, Version: "v1beta"),
        "v1alpha" + LiveEnd => new(WireFormat.Gemini, Operation.Live, Version: "v1alpha"),
        "v1" + LiveEnd => new(WireFormat.Gemini, Operation.Live, Version: "v1"),
        _ => new(WireFormat.Gemini, Operation.None),
    };

    private static bool IsMethodOf(Operation operation, string method) => operation switch
    {
        Operation.Models or Operation.Model or Operation.GeminiModels or Operation.GeminiModel or Operation.Realtime
            or Operation.Live => HttpMethods.IsGet(method),
        Operation.BatchWork => HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsDelete(method),
        _ => HttpMethods.IsPost(method),
    };

    private static RouteMatch MatchV1(string method, ReadOnlySpan<char> rest) => rest switch
    {
        "chat/completions" => new(WireFormat.OpenAI, Operation.ChatCompletions),
        "responses" => new(WireFormat.OpenAI, Operation.Responses),
        "messages" => new(WireFormat.Anthropic, Operation.Messages),
        "messages/count_tokens" => new(WireFormat.Anthropic, Operation.CountTokens),
        "embeddings" => new(WireFormat.OpenAI, Operation.Embeddings),
        "completions" => new(WireFormat.OpenAI, Operation.Completions),
        "models" => new(WireFormat.OpenAI, Operation.Models),
        "responses/compact" => new(WireFormat.OpenAI, Operation.ResponsesCompact),
        "realtime" => new(WireFormat.OpenAI, Operation.Realtime),
        _ when MatchBatches(method, rest) is { } batches => batches,
        _ => MatchV1Model(method, rest),
    };

    private static RouteMatch? MatchBatches(string method, ReadOnlySpan<char> rest)
    {
        var create = HttpMethods.IsPost(method) ? Operation.BatchCreate : Operation.BatchWork;
        return rest switch
        {
            "batches" => new(WireFormat.OpenAI, create),
            "messages/batches" => new(WireFormat.Anthropic, create),
            "files" => new(WireFormat.OpenAI, Operation.BatchWork),
            _ when rest.StartsWith("messages/batches/", StringComparison.Ordinal) => new(WireFormat.Anthropic, Operation.BatchWork),
            _ when rest.StartsWith("batches/", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.BatchWork),
            _ when rest.StartsWith("files/", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.BatchWork),
            _ => null,
        };
    }

    private static RouteMatch MatchV1Model(string method, ReadOnlySpan<char> rest)
    {
        if (!rest.StartsWith("models/", StringComparison.Ordinal))
        {
            var format = rest.StartsWith("messages/", StringComparison.Ordinal) ? WireFormat.Anthropic : WireFormat.OpenAI;
            return new RouteMatch(format, Operation.None);
        }

        // A colon may be part of a model's name (fine-tunes have them), so a verb is looked for only where one is asked.
        var gemini = MatchGemini("POST", rest, "v1");
        if (gemini.Operation is not (Operation.None or Operation.GeminiModel))
        {
            return gemini;
        }

        var model = rest["models/".Length..];
        return model.IsEmpty
            ? new RouteMatch(WireFormat.OpenAI, Operation.None)
            : new RouteMatch(WireFormat.OpenAI, HttpMethods.IsGet(method) ? Operation.Model : Operation.None, Unescape(model));
    }

    private static RouteMatch MatchGemini(string method, ReadOnlySpan<char> rest, string version)
    {
        if (rest is "models")
        {
            return new RouteMatch(WireFormat.Gemini, Operation.GeminiModels, Version: version);
        }

        if (!rest.StartsWith("models/", StringComparison.Ordinal))
        {
            return new RouteMatch(WireFormat.Gemini, Operation.None);
        }

        var name = rest["models/".Length..];
        var colon = name.LastIndexOf(':');
        var operation = colon < 0
            ? Operation.None
            : name[(colon + 1)..] switch
            {
                "generateContent" => Operation.GenerateContent,
                "streamGenerateContent" => Operation.StreamGenerateContent,
                "countTokens" => Operation.GeminiCountTokens,
                "embedContent" => Operation.EmbedContent,
                "batchEmbedContents" => Operation.BatchEmbedContents,
                _ => Operation.None,
            };
        if (operation != Operation.None)
        {
            name = name[..colon];
        }
        else if (HttpMethods.IsGet(method))
        {
            operation = Operation.GeminiModel;
        }

        return operation == Operation.None || name.IsEmpty
            ? new RouteMatch(WireFormat.Gemini, Operation.None)
            : new RouteMatch(WireFormat.Gemini, operation, Unescape(name), Version: version);
    }

    /// <summary>
    /// <c>/providers/{name}/…</c>: any method passes. A known operation is recognised by how its path ends, whatever
    /// the provider puts before it (<c>/v1</c>, <c>/openai/v1</c>, <c>/openai/deployments/x</c>).
    /// </summary>
    private static RouteMatch MatchProvider(string method, ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        if (slash <= 0)
        {
            return new RouteMatch(WireFormat.None, Operation.None);
        }

        var provider = rest[..slash].ToString();
        var path = rest[slash..];
        var known = new RouteMatch(WireFormat.None, Operation.Passthrough);
        if (HttpMethods.IsPost(method))
        {
            var models = path.LastIndexOf("/models/", StringComparison.Ordinal);
            known = path switch
            {
                _ when CloudPath.Match(path) is { } cloud => cloud,
                _ when path.EndsWith("/chat/completions", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.ChatCompletions),
                _ when path.EndsWith("/responses", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.Responses),
                _ when path.EndsWith("/responses/compact", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.ResponsesCompact),
                _ when path.EndsWith("/completions", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.Completions),
                _ when path.EndsWith("/embeddings", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.Embeddings),
                _ when path.EndsWith("/messages/batches", StringComparison.Ordinal) => new(WireFormat.Anthropic, Operation.BatchCreate),
                _ when path.EndsWith("/batches", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.BatchCreate),
                _ when path.EndsWith("/files", StringComparison.Ordinal) => new(WireFormat.OpenAI, Operation.BatchWork),
                _ when path.EndsWith("/cancel", StringComparison.Ordinal) && path.Contains("/messages/batches/", StringComparison.Ordinal)
                    => new(WireFormat.Anthropic, Operation.BatchWork),
                _ when path.EndsWith("/cancel", StringComparison.Ordinal) && path.Contains("/batches/", StringComparison.Ordinal)
                    => new(WireFormat.OpenAI, Operation.BatchWork),
                _ when path.EndsWith("/messages", StringComparison.Ordinal) => new(WireFormat.Anthropic, Operation.Messages),
                _ when path.EndsWith("/messages/count_tokens", StringComparison.Ordinal) => new(WireFormat.Anthropic, Operation.CountTokens),
                _ when models >= 0 && path[models..].Contains(':') => MatchGemini(method, path[(models + 1)..], "v1beta"),
                _ => known,
            };
            if (known.Operation == Operation.None)
            {
                known = new RouteMatch(WireFormat.None, Operation.Passthrough);
            }
        }

        return known with { Provider = provider, ProviderPath = path.ToString(), Version = null };
    }

    /// <summary>The server has already decoded the path but for <c>%2F</c>.</summary>
    internal static string Unescape(ReadOnlySpan<char> model) => model.Contains('%')
        ? model.ToString().Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
        : model.ToString();
}
