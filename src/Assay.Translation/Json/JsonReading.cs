using System.Text.Json;

namespace Assay.Translation.Json;

/// <summary>Reading what others sent: every wrong kind of value is an error that names its place.</summary>
internal static class JsonReading
{
    public static bool IsNull(this JsonElement element) => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public static JsonElement Member(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A member that may be absent or null; then the text is not set.</summary>
    public static RawText Text(this JsonElement element, ReadOnlySpan<byte> name)
    {
        var value = element.Member(name);
        return value.IsNull() ? default : RawText.Of(value);
    }

    public static string TextOrEmpty(this JsonElement element, ReadOnlySpan<byte> name)
    {
        var value = element.Member(name);
        return value.IsNull() ? "" : value.Name();
    }

    /// <summary>A short text that has to be understood: a role, a type, a name.</summary>
    public static string Name(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw TranslationException.Malformed(element, "must be a string");
        }

        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw TranslationException.Malformed(element, "is not valid Unicode text");
        }
    }

    public static JsonElement AsObject(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element : throw TranslationException.Malformed(element, "must be an object");

    public static JsonElement AsArray(this JsonElement element, int lengthMax)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            throw TranslationException.Malformed(element, "must be an array");
        }

        return element.GetArrayLength() <= lengthMax
            ? element
            : throw TranslationException.TooLarge(element, $"has more than {lengthMax} entries");
    }

    public static bool AsBool(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw TranslationException.Malformed(element, "must be true or false"),
    };

    /// <summary>A whole number; null if absent or null.</summary>
    public static long? AsWhole(this JsonElement element)
    {
        if (element.IsNull())
        {
            return null;
        }

        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value))
        {
            return value;
        }

        // Proto JSON writes 64-bit numbers as strings.
        return element.ValueKind == JsonValueKind.String && long.TryParse(element.Name(), out var text)
            ? text
            : throw TranslationException.Malformed(element, "must be a whole number");
    }

    public static JsonElement AsNumber(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element : throw TranslationException.Malformed(element, "must be a number");
}
