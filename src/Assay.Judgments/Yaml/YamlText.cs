using System.Globalization;
using System.Text;

namespace Assay.Judgments.Yaml;

/// <summary>Writes YAML that every parser reads the same way: plain where that is safe, in double quotes otherwise.</summary>
public static class YamlText
{
    /// <summary>A text as a scalar that is read back as the same text.</summary>
    public static string Scalar(string text) => IsSafePlain(text) ? text : Quoted(text);

    /// <summary>A text in double quotes with JSON's escapes, which are YAML's as well.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => null,
            });
            if (c is '"' or '\\' or '\n' or '\r' or '\t')
            {
                continue;
            }

            if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff')
            {
                quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                quoted.Append(c);
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A list of texts on one line.</summary>
    public static string FlowList(IEnumerable<string> texts) => "[" + string.Join(", ", texts.Select(FlowScalar)) + "]";

    /// <summary>Any value on one line, in the flow style that JSON is a part of.</summary>
    public static string Flow(YamlNode node) => node switch
    {
        YamlScalar { IsPlain: true, IsText: false } scalar => scalar.Text.Length == 0 ? "null" : scalar.Text,
        YamlScalar scalar => Quoted(scalar.Text),
        YamlList list => "[" + string.Join(", ", list.Items.Select(Flow)) + "]",
        YamlMap map => "{" + string.Join(", ", map.Fields.Select(f => Quoted(f.Name) + ": " + Flow(f.Value))) + "}",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    /// <summary>Any value as an indented block: one field or item a line.</summary>
    public static void Block(StringBuilder output, YamlNode node, int indent)
    {
        var space = new string(' ', indent);
        switch (node)
        {
            case YamlMap { Fields.Count: > 0 } map:
                foreach (var field in map.Fields)
                {
                    output.Append(space).Append(Scalar(field.Name)).Append(':');
                    Child(output, field.Value, indent + 2);
                }

                break;
            case YamlList { Items.Count: > 0 } list:
                foreach (var item in list.Items)
                {
                    output.Append(space).Append('-');
                    if (item is YamlMap { Fields.Count: > 0 } inner)
                    {
                        // The first field stands behind the dash, the others below it.
                        var block = new StringBuilder();
                        Block(block, inner, indent + 2);
                        output.Append(' ').Append(block.ToString().AsSpan(indent + 2));
                    }
                    else
                    {
                        Child(output, item, indent + 2);
                    }
                }

                break;
            default:
                output.Append(space).Append(Flow(node)).Append('\n');
                break;
        }
    }

    private static void Child(StringBuilder output, YamlNode value, int indent)
    {
        if (value is YamlMap { Fields.Count: > 0 } or YamlList { Items.Count: > 0 })
        {
            output.Append('\n');
            Block(output, value, indent);
        }
        else
        {
            output.Append(' ').Append(Flow(value)).Append('\n');
        }
    }

    private static string FlowScalar(string text) =>
        IsSafePlain(text) && !text.AsSpan().ContainsAny(",[]{}") ? text : Quoted(text);

    private static bool IsSafePlain(string text)
    {
        if (text.Length == 0 || text.Length > 2000 || YamlScalar.LooksOtherThanText(text) || text[0] == ' ' || text[^1] is ' ' or ':')
        {
            return false;
        }

        // YAML 1.1 readers take these for flags.
        if (text.Length <= 3 && text.ToUpperInvariant() is "YES" or "NO" or "ON" or "OFF" or "Y" or "N")
        {
            return false;
        }

        if ("-?:,[]{}#&*!|>'\"%@`=<~".Contains(text[0], StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\ufeff' or '\u0085'
                || (c == ':' && text[i + 1] == ' ') || (c == '#' && text[i - 1] == ' '))
            {
                return false;
            }
        }

        return true;
    }
}
