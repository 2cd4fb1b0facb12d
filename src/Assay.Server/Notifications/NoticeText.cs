using System.Text;

namespace Assay.Server.Notifications;

/// <summary>Makes text fit to be stored, shown and sent, however long or odd it came.</summary>
internal static class NoticeText
{
    public const int SubjectCharsMax = 200;
    public const int BodyCharsMax = 4000;
    public const int LinkCharsMax = 1000;
    public const int KeyCharsMax = 300;

    /// <summary>One line without control characters: a line break in a subject would begin another header of a mail.</summary>
    public static string Line(string text, int charsMax) => Clean(text, charsMax, keepBreaks: false).Trim();

    /// <summary>Several lines.</summary>
    public static string Lines(string text, int charsMax) => Clean(text, charsMax, keepBreaks: true).Trim();

    /// <summary>A path of our own; anything else leads to the inbox.</summary>
    public static string Path(string link) =>
        link.Length is > 0 and <= LinkCharsMax && link[0] == '/' && (link.Length == 1 || link[1] is not ('/' or '\\'))
        && link.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? link
            : "/inbox";

    private static string Clean(string text, int charsMax, bool keepBreaks)
    {
        var clean = new StringBuilder(Math.Min(text.Length, charsMax));
        foreach (var rune in text.EnumerateRunes())
        {
            // A rune is never half a surrogate pair, which neither PostgreSQL nor JSON could hold.
            var shown = rune.Value == '\n' && keepBreaks ? rune
                : rune.Value == '\r' ? (Rune?)null
                : Rune.IsControl(rune) ? new Rune(' ')
                : rune;
            if (shown is not { } kept)
            {
                continue;
            }

            if (clean.Length + kept.Utf16SequenceLength > charsMax - 1)
            {
                return clean.Append('…').ToString();
            }

            clean.Append(kept);
        }

        return clean.ToString();
    }
}
