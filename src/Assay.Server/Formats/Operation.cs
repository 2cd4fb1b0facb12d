namespace Assay.Server.Formats;

/// <summary>What a client asks a provider to do.</summary>
internal enum Operation : byte
{
    /// <summary>Not a path of the data plane.</summary>
    None,
    ChatCompletions,
    Responses,

    /// <summary>Compaction of a Responses conversation; answered and billed like a response.</summary>
    ResponsesCompact,
    Completions,
    Embeddings,

    /// <summary>The list of models under <c>/v1</c>: OpenAI's shape, or Anthropic's by header.</summary>
    Models,

    /// <summary>One model under <c>/v1</c>.</summary>
    Model,
    Messages,
    CountTokens,
    GenerateContent,
    StreamGenerateContent,
    GeminiCountTokens,
    EmbedContent,
    BatchEmbedContents,
    GeminiModels,
    GeminiModel,

    /// <summary>A WebSocket session of OpenAI's Realtime API.</summary>
    Realtime,

    /// <summary>A WebSocket session of Gemini's Live API.</summary>
    Live,

    /// <summary>Something under <c>/providers/{name}</c> that is none of the above.</summary>
    Passthrough,

    /// <summary>A batch job is handed in. What it uses is known when its results are.</summary>
    BatchCreate,

    /// <summary>A look at batch jobs, their files or their results, an upload for one, or its end: nothing is billed.</summary>
    BatchWork,

    /// <summary>Amazon Bedrock's one API for models of every maker, whole or streamed.</summary>
    Converse,

    /// <summary>A model at Bedrock in its own maker's format, which nobody else here speaks.</summary>
    InvokeModel,
}

internal static class OperationFacts
{
    /// <summary>The name in the ledger, as in <c>openai/chat.completions</c>. Part of stored data: never change one.</summary>
    public static string Name(this RouteMatch match) => match.Operation switch
    {
        Operation.ChatCompletions => "openai/chat.completions",
        Operation.Responses => "openai/responses",
        Operation.ResponsesCompact => "openai/responses.compact",
        Operation.Completions => "openai/completions",
        Operation.Embeddings => "openai/embeddings",
        Operation.Models => "openai/models",
        Operation.Model => "openai/model",
        Operation.Messages => "anthropic/messages",
        Operation.CountTokens => "anthropic/count_tokens",
        Operation.GenerateContent => "gemini/generateContent",
        Operation.StreamGenerateContent => "gemini/streamGenerateContent",
        Operation.GeminiCountTokens => "gemini/countTokens",
        Operation.EmbedContent => "gemini/embedContent",
        Operation.BatchEmbedContents => "gemini/batchEmbedContents",
        Operation.GeminiModels => "gemini/models",
        Operation.GeminiModel => "gemini/model",
        Operation.Realtime => "openai/realtime",
        Operation.Live => "gemini/live",
        Operation.Passthrough => "passthrough",
        Operation.BatchCreate when match.Format == WireFormat.Anthropic => "anthropic/messages.batches",
        Operation.BatchCreate => "openai/batches",
        Operation.BatchWork => "batches.work",
        Operation.Converse => "bedrock/converse",
        Operation.InvokeModel => "bedrock/invoke",
        _ => "none",
    };

    /// <summary>Whether a provider bills this operation at all.</summary>
    public static bool IsBilled(this Operation operation) => operation is not (
        Operation.None or Operation.Models or Operation.Model or Operation.CountTokens
        or Operation.GeminiCountTokens or Operation.GeminiModels or Operation.GeminiModel or Operation.BatchWork);

    /// <summary>Whether the operation's JSON body names the model, and must.</summary>
    public static bool NamesModelInBody(this Operation operation) => operation is
        Operation.ChatCompletions or Operation.Responses or Operation.ResponsesCompact or Operation.Completions
        or Operation.Embeddings or Operation.Messages or Operation.CountTokens;

    /// <summary>Whether the call is passed on as it is, without a look at its body.</summary>
    public static bool IsOpaque(this Operation operation) =>
        operation is Operation.Passthrough or Operation.BatchCreate or Operation.BatchWork;

    /// <summary>Whether usage must be asked for when the answer is streamed.</summary>
    public static bool HasStreamOptions(this Operation operation) =>
        operation is Operation.ChatCompletions or Operation.Completions;
}
