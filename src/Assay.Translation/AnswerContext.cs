namespace Assay.Translation;

/// <summary>
/// What the way back has to know of a request: made by <see cref="Translator.Request"/>, handed to
/// <see cref="Translator.Answer"/> or <see cref="StreamTranslator"/>. Immutable; holds nothing of the conversation.
/// </summary>
public sealed class AnswerContext
{
    /// <summary>The client's format.</summary>
    public required ApiFormat Client { get; init; }

    /// <summary>The upstream's format.</summary>
    public required ApiFormat Upstream { get; init; }

    /// <summary>Whether the client asked for a stream.</summary>
    public bool Stream { get; init; }

    /// <summary>The model as the client named it; empty to give back the upstream's name.</summary>
    public string ClientModel { get; init; } = "";

    /// <summary>See <see cref="RequestOptions.AnswerId"/>.</summary>
    public string AnswerId { get; init; } = "0";

    /// <summary>See <see cref="RequestOptions.UnixSeconds"/>.</summary>
    public long UnixSeconds { get; init; }

    /// <summary>See <see cref="RequestOptions.ClientWantsArray"/>.</summary>
    public bool ClientWantsArray { get; init; }

    /// <summary>A Chat client that asked for the usage chunk at the stream's end.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The limits.</summary>
    public TranslationLimits Limits { get; init; } = TranslationLimits.Default;

    /// <summary>Names of tools as the upstream knows them → as the client does, where they differ.</summary>
    internal IReadOnlyDictionary<string, string> ToolNames { get; init; } = Empty;

    /// <summary>Tools with free text input (Responses: <c>custom</c>), by the upstream's name.</summary>
    internal IReadOnlySet<string> TextTools { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Settings that a Responses answer repeats: members of a JSON object, without braces.</summary>
    internal ReadOnlyMemory<byte> ResponseEcho { get; init; }

    /// <summary>Whether it was a call for vectors, whose answer <see cref="Embeddings.EmbeddingTranslator"/> translates.</summary>
    public bool IsForVectors => Embeds is not null;

    internal Embeddings.EmbeddingShape? Embeds { get; init; }

    private static Dictionary<string, string> Empty { get; } = [];
}
