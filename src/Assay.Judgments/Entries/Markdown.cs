namespace Assay.Judgments.Entries;

/// <summary>The little Markdown that the log needs: front matter and headings. Nothing is rendered here.</summary>
internal static class Markdown
{
    private const string Fence = "---";

    /// <summary>Splits off the front matter between two lines of <c>---</c>; null if the text does not begin with one.</summary>
    public static (string FrontMatter, string Body, int BodyLine)? Split(string text)
    {
        if (!StartsWithFence(text, 0, out var start))
        {
            return null;
        }

        for (var at = start; at < text.Length;)
        {
            if (StartsWithFence(text, at, out var after))
            {
                var front = text[start..at];
                return (front, after < text.Length ? text[after..] : "", front.AsSpan().Count('\n') + 3);
            }

            var end = text.IndexOf('\n', at);
            at = end < 0 ? text.Length : end + 1;
        }

        return null;
    }

    /// <summary>Cuts a text at its headings of one level; headings inside code fences are text.</summary>
    public static List<Section> Sections(string body, int firstLine, int level = 2)
    {
        var sections = new List<Section>();
        var mark = new string('#', level) + " ";
        var (heading, headingLine, textStart) = ("", firstLine, 0);
        var line = firstLine;
        var fence = "";
        for (var at = 0; at < body.Length; line++)
        {
            var end = body.IndexOf('\n', at);
            var next = end < 0 ? body.Length : end + 1;
            var content = body.AsSpan(at, (end < 0 ? body.Length : end) - at);
            var trimmed = content.TrimStart();
            if (fence.Length > 0)
            {
                if (trimmed.StartsWith(fence, StringComparison.Ordinal) && trimmed.TrimEnd().Trim(fence[0]).IsEmpty)
                {
                    fence = "";
                }
            }
            else if (trimmed.StartsWith("```", StringComparison.Ordinal) || trimmed.StartsWith("~~~", StringComparison.Ordinal))
            {
                fence = new string(trimmed[0], trimmed.Length - trimmed.TrimStart(trimmed[0]).Length);
            }
            else if (content.StartsWith(mark, StringComparison.Ordinal))
            {
                Add(sections, heading, body.AsSpan(textStart, at - textStart), headingLine);
                (heading, headingLine, textStart) = (content[mark.Length..].TrimEnd().TrimEnd('#').Trim().ToString(), line, next);
            }

            at = next;
        }

        Add(sections, heading, body.AsSpan(textStart), headingLine);
        return sections;
    }

    private static void Add(List<Section> sections, string heading, ReadOnlySpan<char> text, int line)
    {
        var trimmed = TrimBlankLines(text);
        if (heading.Length > 0 || trimmed.Length > 0)
        {
            sections.Add(new Section(heading, trimmed, line));
        }
    }

    /// <summary>Drops blank lines at both ends, but keeps the indentation of the first line.</summary>
    private static string TrimBlankLines(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd();
        for (int end; (end = text.IndexOf('\n')) >= 0 && text[..end].IsWhiteSpace();)
        {
            text = text[(end + 1)..];
        }

        return text.ToString();
    }

    private static bool StartsWithFence(string text, int at, out int after)
    {
        after = at + Fence.Length;
        if (string.CompareOrdinal(text, at, Fence, 0, Fence.Length) != 0)
        {
            return false;
        }

        while (after < text.Length && text[after] is ' ' or '\t')
        {
            after++;
        }

        if (after < text.Length && text[after] != '\n')
        {
            return false;
        }

        after++;
        return true;
    }
}
