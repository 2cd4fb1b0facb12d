namespace Assay.Translation;

/// <summary>What a translation needs to know that does not stand in the request's body.</summary>
public sealed record RequestOptions
{
    /// <summary>The provider's name of the model; written into the body where the target format has it there.</summary>
    public required string TargetModel { get; init; }

    /// <summary>The name by which the client asked; answers give it back.</summary>
    public string ClientModel { get; init; } = "";

    /// <summary>Whether the answer streams. Null: as the body says. Gemini's bodies do not, so its callers state it.</summary>
    public bool? Stream { get; init; }

    /// <summary>A Gemini client that streams without <c>alt=sse</c> gets a JSON array that grows.</summary>
    public bool ClientWantsArray { get; init; }

    /// <summary>The output bound where the target demands one and the client gave none; 0 lets the translation choose.</summary>
    public long OutputTokensMax { get; init; }

    /// <summary>
    /// A name for the answer, unique among calls: letters, digits, <c>_</c> and <c>-</c>. Identifiers that the upstream
    /// does not give are derived from it, tool call ids above all.
    /// </summary>
    public string AnswerId { get; init; } = "0";

    /// <summary>The time to state in answers whose upstream does not state one.</summary>
    public long UnixSeconds { get; init; }

    /// <summary>What is too much.</summary>
    public TranslationLimits Limits { get; init; } = TranslationLimits.Default;
}

/// <summary>The limits of a translation. Beyond one of them stands a clear refusal, never a cut answer.</summary>
public sealed record TranslationLimits
{
    /// <summary>The limits that apply unless others are given.</summary>
    public static TranslationLimits Default { get; } = new();

    /// <summary>How deep JSON may be nested.</summary>
    public int DepthMax { get; init; } = 128;

    /// <summary>Messages (or items, or contents) in a request.</summary>
    public int MessagesMax { get; init; } = 10_000;

    /// <summary>Content parts in one message.</summary>
    public int PartsMax { get; init; } = 10_000;

    /// <summary>Tools in a request.</summary>
    public int ToolsMax { get; init; } = 1_024;

    /// <summary>One event of a stream, in bytes.</summary>
    public int EventBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes held back in a stream: arguments of calls that must be whole, blocks that came out of order.</summary>
    public int HeldBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes kept of an answer whose format repeats all of it at its end.</summary>
    public int AnswerBytesMax { get; init; } = 32 * 1024 * 1024;
}
