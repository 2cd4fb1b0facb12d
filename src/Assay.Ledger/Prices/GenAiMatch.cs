using System.Text;
using System.Text.Json;

namespace Assay.Ledger.Prices;

/// <summary>Writes the match clauses of genai-prices as model patterns.</summary>
internal static class GenAiMatch
{
    public static List<string> Patterns(JsonElement match, string where)
    {
        var clause = match.EnumerateObject().Single();
        if (clause.NameEquals("or"))
        {
            return [.. clause.Value.EnumerateArray().SelectMany(inner => Patterns(inner, where)).Distinct(StringComparer.Ordinal)];
        }

        var text = clause.Value.ValueKind == JsonValueKind.String ? clause.Value.GetString()! : "";
        if (!clause.NameEquals("regex") && text.AsSpan().ContainsAny('*', '#'))
        {
            throw new FormatException($"{where}: the name {text} has a character that patterns use");
        }

        return clause.Name switch
        {
            "equals" => [text],
            "starts_with" => [text + "*"],
            "ends_with" => ["*" + text],
            "contains" => [$"*{text}*"],
            "regex" => [FromRegex(text, where)],
            _ => throw new FormatException($"{where}: the match {clause.Name} is not known to this importer"),
        };
    }

    /// <summary>The few expressions that the source uses: letters, escaped dots, digits, counted digits, anchors.</summary>
    private static string FromRegex(string regex, string where)
    {
        var pattern = new StringBuilder(regex.StartsWith('^') ? "" : "*");
        var ends = regex.EndsWith('$');
        var inner = regex.AsSpan(regex.StartsWith('^') ? 1 : 0);
        inner = ends ? inner[..^1] : inner;
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i..].StartsWith(@"\d{", StringComparison.Ordinal)
                && inner[i..].IndexOf('}') is > 3 and var close
                && int.TryParse(inner.Slice(i + 3, close - 3), out var times) && times is > 0 and < 64)
            {
                pattern.Append('#', times);
                i += close;
            }
            else if (inner[i..].StartsWith(@"\d", StringComparison.Ordinal))
            {
                pattern.Append('#');
                i++;
            }
            else if (inner[i..].StartsWith(@"\.", StringComparison.Ordinal))
            {
                pattern.Append('.');
                i++;
            }
            else if (char.IsAsciiLetterOrDigit(inner[i]) || inner[i] is '-' or '/' or ':' or '_')
            {
                pattern.Append(inner[i]);
            }
            else
            {
                throw new FormatException($"{where}: the expression {regex} is more than a pattern can say");
            }
        }

        // A quantifier after a letter or a digit would have been refused above as an unknown character.
        return pattern.Append(ends ? "" : "*").ToString();
    }
}
