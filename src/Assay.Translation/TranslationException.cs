using System.Text.Json;

namespace Assay.Translation;

/// <summary>A refusal on its way to the entry point, which alone catches it and knows the path.</summary>
internal sealed class TranslationException(RefusalKind kind, string message, JsonElement at = default) : Exception(message)
{
    public RefusalKind Kind => kind;

    /// <summary>The element that is to blame; undefined for the whole body.</summary>
    public JsonElement At => at;

    public static TranslationException Malformed(JsonElement at, string message) => new(RefusalKind.Malformed, message, at);

    public static TranslationException Meaning(JsonElement at, string message) => new(RefusalKind.Meaning, message, at);

    public static TranslationException TooLarge(JsonElement at, string message) => new(RefusalKind.TooLarge, message, at);
}
