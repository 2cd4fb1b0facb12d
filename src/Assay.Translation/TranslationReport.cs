namespace Assay.Translation;

/// <summary>Why a translation was refused.</summary>
public enum RefusalKind : byte
{
    /// <summary>The body is not what its format says.</summary>
    Malformed,

    /// <summary>The target format cannot say it, and leaving it out would change the meaning.</summary>
    Meaning,

    /// <summary>Beyond a limit of <see cref="TranslationLimits"/>.</summary>
    TooLarge,
}

/// <summary>A refusal in words for the client.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Path">Where in the body, as in <c>messages[2].content[0]</c>; empty for the whole.</param>
/// <param name="Message">One sentence, without content of the request.</param>
public sealed record TranslationRefusal(RefusalKind Kind, string Path, string Message)
{
    /// <inheritdoc />
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>What became of a body.</summary>
public sealed class TranslationReport
{
    internal TranslationReport(TranslationRefusal? refusal, IReadOnlyList<string> dropped, AnswerContext? answer)
    {
        Refusal = refusal;
        Dropped = dropped;
        Answer = answer;
    }

    /// <summary>Null if the translation was made. If not, nothing that was written may be used.</summary>
    public TranslationRefusal? Refusal { get; }

    /// <summary>The members that could not be carried, by path without indexes, each once.</summary>
    public IReadOnlyList<string> Dropped { get; }

    /// <summary>What the way back has to know; for requests only.</summary>
    public AnswerContext? Answer { get; }

    /// <summary>The value of <c>x-assay-dropped</c>: printable ASCII of at most 1,024 characters. Empty if nothing was.</summary>
    public string DroppedHeader => DroppedNames.Header(Dropped);
}
