namespace Assay.Server.Formats;

/// <summary>
/// Calls of a cloud's own clients under <c>/providers/{name}</c>, told by their paths: the SDKs of AWS, of Azure, of Google.
/// They are metered like the formats that they carry.
/// </summary>
internal static class CloudPath
{
    private const string Bedrock = "/model/";
    private const string Azure = "/openai/deployments/";
    private const string Vertex = "/publishers/";

    /// <summary>What the path means; null if it is none of theirs.</summary>
    public static RouteMatch? Match(ReadOnlySpan<char> path)
    {
        if (path.StartsWith(Bedrock, StringComparison.Ordinal))
        {
            return MatchBedrock(path[Bedrock.Length..]);
        }

        if (path.StartsWith(Azure, StringComparison.Ordinal))
        {
            return MatchAzure(path[Azure.Length..]);
        }

        var publisher = path.IndexOf(Vertex, StringComparison.Ordinal);
        return publisher < 0 ? null : MatchVertex(path[(publisher + Vertex.Length)..]);
    }

    // MODEL/verb; the model may have slashes, which arrive as %2F.
    private static RouteMatch? MatchBedrock(ReadOnlySpan<char> rest)
    {
        var slash = rest.LastIndexOf('/');
        if (slash <= 0)
        {
            return null;
        }

        var model = PathTable.Unescape(rest[..slash]);
        var (isInvoke, streams) = rest[(slash + 1)..] switch
        {
            "invoke" => (true, false),
            "invoke-with-response-stream" => (true, true),
            "converse" => (false, false),
            "converse-stream" => (false, true),
            _ => ((bool?)null, false),
        };
        return isInvoke switch
        {
            null => null,
            false => new RouteMatch(WireFormat.Converse, Operation.Converse, model) { Cloud = "bedrock", Streams = streams },

            // Claude is invoked in Anthropic's own format; others each in their maker's.
            _ when model.Contains("anthropic.", StringComparison.Ordinal) =>
                new RouteMatch(WireFormat.Anthropic, Operation.Messages, model) { Cloud = "bedrock", Streams = streams },
            _ => new RouteMatch(WireFormat.Converse, Operation.InvokeModel, model) { Cloud = "bedrock", Streams = streams },
        };
    }

    // DEPLOYMENT/chat/completions: the path decides, whatever model the body names.
    private static RouteMatch? MatchAzure(ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        var operation = slash <= 0 ? Operation.None : rest[(slash + 1)..] switch
        {
            "chat/completions" => Operation.ChatCompletions,
            "completions" => Operation.Completions,
            "embeddings" => Operation.Embeddings,
            _ => Operation.None,
        };
        return operation == Operation.None
            ? null
            : new RouteMatch(WireFormat.OpenAI, operation, PathTable.Unescape(rest[..slash])) { Cloud = "azure" };
    }

    // PUBLISHER/models/MODEL:verb
    private static RouteMatch? MatchVertex(ReadOnlySpan<char> rest)
    {
        const string Models = "/models/";
        var slash = rest.IndexOf('/');
        var colon = rest.LastIndexOf(':');
        if (slash <= 0 || colon < slash + Models.Length || !rest[slash..].StartsWith(Models, StringComparison.Ordinal))
        {
            return null;
        }

        var model = PathTable.Unescape(rest[(slash + Models.Length)..colon]);
        var verb = rest[(colon + 1)..];
        if (rest[..slash] is "google")
        {
            var operation = verb switch
            {
                "generateContent" => Operation.GenerateContent,
                "streamGenerateContent" => Operation.StreamGenerateContent,
                "countTokens" => Operation.GeminiCountTokens,
                "embedContent" => Operation.EmbedContent,
                _ => Operation.None,
            };
            return operation == Operation.None ? null : new RouteMatch(WireFormat.Gemini, operation, model) { Cloud = "vertex" };
        }

        return rest[..slash] is not "anthropic" ? null : verb switch
        {
            "rawPredict" when model == "count-tokens" => new RouteMatch(WireFormat.Anthropic, Operation.CountTokens) { Cloud = "vertex" },
            "rawPredict" => new RouteMatch(WireFormat.Anthropic, Operation.Messages, model) { Cloud = "vertex" },
            "streamRawPredict" => new RouteMatch(WireFormat.Anthropic, Operation.Messages, model) { Cloud = "vertex", Streams = true },
            _ => null,
        };
    }
}
