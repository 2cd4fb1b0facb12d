namespace Assay.Judgments.Yaml;

/// <summary>
/// Reads the plain layout in which entries are written (fields of one line, lists in brackets, mappings one level deep) ten
/// times as fast as a YAML parser, which is most of the time that a check of ten thousand entries takes. It answers only
/// where no two readers could differ; anything else, and everything that is wrong, is left to <see cref="YamlTreeReader"/>.
/// </summary>
internal static class PlainYamlReader
{
    private const int FieldsMax = 60;

    /// <summary>The tree, or null if the text is not of the plain layout.</summary>
    public static YamlMap? Read(string text, int firstLine)
    {
        var at = 0;
        var line = firstLine;
        return ReadMap(text, ref at, ref line, indent: 0);
    }

    private static YamlMap? ReadMap(string text, ref int at, ref int line, int indent)
    {
        var fields = new List<YamlField>();
        var firstLine = line;
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at);
            if (end < 0)
            {
                return null;
            }

            var content = text.AsSpan(at, end - at);
            var spaces = content.Length - content.TrimStart(' ').Length;
            if (spaces < indent && fields.Count > 0)
            {
                break;
            }

            var name = NameOf(content, indent);
            if (spaces != indent || name.IsEmpty || fields.Count == FieldsMax || Has(fields, name))
            {
                return null;
            }

            var (nameLine, valueColumn) = (line, indent + name.Length + 2);
            at = end + 1;
            line++;
            var value = content[(valueColumn - 1)..];
            var node = value.IsEmpty
                ? indent == 0 && NextIndent(text, at) == 2 ? ReadMap(text, ref at, ref line, indent: 2) : null
                : value[0] == ' ' ? ReadValue(value[1..], nameLine, valueColumn + 1) : null;
            if (node is null)
            {
                return null;
            }

            fields.Add(new YamlField(nameLine, indent + 1, name.ToString(), node));
        }

        return fields.Count == 0 ? null : new YamlMap(firstLine, indent + 1, fields);
    }

    /// <summary>The name before the colon: letters, digits and underscores.</summary>
    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> content, int indent)
    {
        var rest = content[Math.Min(indent, content.Length)..];
        var length = 0;
        while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] == '_'))
        {
            length++;
        }

        return length < rest.Length && rest[length] == ':' ? rest[..length] : default;
    }

    private static YamlNode? ReadValue(ReadOnlySpan<char> value, int line, int column) => value switch
    {
        [] => null,
        ['[', ..] => ReadList(value, line, column),
        ['"', ..] => Quoted(value) is { } text ? new YamlScalar(line, column, text, IsPlain: false) : null,
        _ => IsPlain(value, ",[]{}", isInList: false) ? new YamlScalar(line, column, value.ToString(), IsPlain: true) : null,
    };

    private static YamlList? ReadList(ReadOnlySpan<char> value, int line, int column)
    {
        var items = new List<YamlNode>();
        if (value is "[]")
        {
            return new YamlList(line, column, items);
        }

        if (value[^1] != ']')
        {
            return null;
        }

        for (var at = 1; at < value.Length;)
        {
            // Items are divided by a comma and a space, as they are written; a quoted one may hold both.
            var rest = value[at..];
            var length = rest[0] == '"' ? rest[1..].IndexOf('"') + 2 : rest.IndexOfAny(',', ']');
            if (length <= 0)
            {
                return null;
            }

            var item = rest[..length];
            var text = item[0] == '"' ? Quoted(item) : IsPlain(item, ",[]{}", isInList: true) ? item.ToString() : null;
            if (text is null)
            {
                return null;
            }

            items.Add(new YamlScalar(line, column + at, text, IsPlain: item[0] != '"'));
            at += length;
            if (value[at..] is "]")
            {
                return new YamlList(line, column, items);
            }

            if (!value[at..].StartsWith(", ") || at + 2 >= value.Length)
            {
                return null;
            }

            at += 2;
        }

        return null;
    }

    private static string? Quoted(ReadOnlySpan<char> value) =>
        value.Length >= 2 && value[^1] == '"' && !value[1..^1].ContainsAny('"', '\\', '\t') ? value[1..^1].ToString() : null;

    /// <summary>Begins with a letter or digit, and holds nothing that YAML reads as more than text.</summary>
    private static bool IsPlain(ReadOnlySpan<char> value, ReadOnlySpan<char> flow, bool isInList)
    {
        if (!char.IsAsciiLetterOrDigit(value[0]) || value[^1] is ' ' or ':' || value.Contains('\t'))
        {
            return false;
        }

        return value.IndexOf(": ") < 0 && value.IndexOf(" #") < 0
            && (!isInList || !value.ContainsAny(flow)) && (!isInList || !value.Contains(":,", StringComparison.Ordinal));
    }

    private static int NextIndent(string text, int at)
    {
        var start = at;
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        return at - start;
    }

    private static bool Has(List<YamlField> fields, ReadOnlySpan<char> name)
    {
        foreach (var field in fields)
        {
            if (name.SequenceEqual(field.Name))
            {
                return true;
            }
        }

        return false;
    }
}
