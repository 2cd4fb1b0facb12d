namespace Assay.Judgments.Yaml;

/// <summary>A YAML value that knows where it stands.</summary>
public abstract record YamlNode(int Line, int Column);

/// <param name="Text">The text, without quotes.</param>
/// <param name="IsPlain">Written without quotes, so that YAML reads <c>true</c>, <c>12</c> and <c>null</c> as no text.</param>
public sealed record YamlScalar(int Line, int Column, string Text, bool IsPlain) : YamlNode(Line, Column)
{
    private static readonly string[] s_notText = ["null", "~", "", "true", "false", ".inf", "-.inf", ".nan"];

    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public bool IsFlag => IsPlain && Text is "true" or "false";

    public bool IsWholeNumber => IsPlain && Text.AsSpan().TrimStart('-') is { Length: > 0 and < 19 } digits
        && !digits.ContainsAnyExceptInRange('0', '9');

    /// <summary>True if YAML's core schema reads it as text and not as a number, a flag or nothing.</summary>
    public bool IsText => !IsPlain || !LooksOtherThanText(Text);

    /// <summary>True if the text without quotes would be read as a number, a flag or nothing.</summary>
    public static bool LooksOtherThanText(string text)
    {
        if (Array.Exists(s_notText, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        // Digits first decide; a date or a UUID holds more than a number has.
        if (text[0] is not ((>= '0' and <= '9') or '-' or '+' or '.'))
        {
            return false;
        }

        return text.StartsWith("0x", StringComparison.Ordinal) || text.StartsWith("0o", StringComparison.Ordinal)
            || double.TryParse(
                text,
                System.Globalization.NumberStyles.Float,
                System.Globalization.CultureInfo.InvariantCulture,
                out _);
    }
}

/// <summary>A list.</summary>
public sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);

/// <summary>A mapping whose keys are text and differ from each other.</summary>
public sealed record YamlMap(int Line, int Column, IReadOnlyList<YamlField> Fields) : YamlNode(Line, Column)
{
    public YamlNode? Find(string name)
    {
        // Asked some thirty times for each entry: an enumerator each time is seen at ten thousand of them.
        for (var i = 0; i < Fields.Count; i++)
        {
            if (string.Equals(Fields[i].Name, name, StringComparison.Ordinal))
            {
                return Fields[i].Value;
            }
        }

        return null;
    }
}

/// <summary>A field of a mapping; the position is that of its name.</summary>
public sealed record YamlField(int Line, int Column, string Name, YamlNode Value);
