using System.Text;

namespace Assay.Judgments.Entries;

/// <param name="Option">What was not chosen.</param>
/// <param name="Reason">Why; empty if nothing is said.</param>
/// <param name="Reconsider">Under what condition it should be looked at again; null if nothing is said.</param>
public sealed record RejectedOption(string Option, string Reason, string? Reconsider = null);

/// <summary>
/// Reads and writes the list of rejected options:
/// <c>- **Option**: reason *Reconsider if:* condition</c>. A dash, or "because", may stand for the colon.
/// </summary>
public static class RejectedOptions
{
    private const string ReconsiderMark = "*Reconsider if:*";
    private static readonly string[] s_separators = [": ", " — ", " – ", " - ", " because "];

    public static IReadOnlyList<RejectedOption> Read(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var options = new List<RejectedOption>();
        foreach (var item in Items(text))
        {
            options.Add(ReadOne(item));
        }

        return options;
    }

    /// <summary>Reads one option as it is given on a command line: the option, a colon or dash, the reason.</summary>
    public static RejectedOption ReadOne(string item)
    {
        string option;
        string rest;
        var bold = item.StartsWith("**", StringComparison.Ordinal) ? item.IndexOf("**", 2, StringComparison.Ordinal) : -1;
        if (bold > 2)
        {
            option = item[2..bold].Trim().TrimEnd(':');
            rest = item[(bold + 2)..];
        }
        else
        {
            var (at, length) = (-1, 0);
            foreach (var separator in s_separators)
            {
                var found = item.IndexOf(separator, StringComparison.Ordinal);
                if (found > 0 && (at < 0 || found < at))
                {
                    (at, length) = (found, separator.Length);
                }
            }

            option = at < 0 ? item.Trim() : item[..at].Trim();
            rest = at < 0 ? "" : item[(at + length)..];
        }

        string? reconsider = null;
        var mark = rest.IndexOf(ReconsiderMark, StringComparison.OrdinalIgnoreCase);
        if (mark >= 0)
        {
            reconsider = rest[(mark + ReconsiderMark.Length)..].Trim();
            rest = rest[..mark];
        }

        return new RejectedOption(option, Reason(rest), reconsider is { Length: > 0 } ? reconsider : null);
    }

    public static string Write(IEnumerable<RejectedOption> options)
    {
        var text = new StringBuilder();
        foreach (var option in options)
        {
            text.Append("- **").Append(option.Option).Append("**");
            if (option.Reason.Length > 0)
            {
                text.Append(": ").Append(option.Reason);
            }

            if (option.Reconsider is { } reconsider)
            {
                text.Append(' ').Append(ReconsiderMark).Append(' ').Append(reconsider);
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Reason(string rest)
    {
        var reason = rest.Trim().TrimStart(':', '—', '–', '-', ',').TrimStart();
        return reason.StartsWith("because ", StringComparison.OrdinalIgnoreCase) ? reason["because ".Length..].TrimStart() : reason;
    }

    /// <summary>The items of the list's outermost level, each as one line.</summary>
    private static IEnumerable<string> Items(string text)
    {
        StringBuilder? item = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 2 && line[0] is '-' or '*' or '+' && line[1] == ' ')
            {
                if (item is not null)
                {
                    yield return item.ToString();
                }

                item = new StringBuilder(line[2..].Trim());
            }
            else if (item is not null && line.Trim() is { Length: > 0 } more)
            {
                item.Append(' ').Append(more);
            }
        }

        if (item is not null)
        {
            yield return item.ToString();
        }
    }
}
