using System.Globalization;
using System.Text;

namespace Assay.Judgments.Entries;

/// <summary>Names of entry files: <c>2026-10-24-drop-expiry-fallback.judgment.md</c>.</summary>
public static class FileName
{
    private const int SlugMax = 60;

    public static string Of(Judgment entry) =>
        JudgmentWriter.Date(DateOnly.FromDateTime(entry.DecidedAt.DateTime)) + "-" + Slug(entry.Title) + JudgmentReader.FileSuffix;

    /// <summary>
    /// The folder in which an entry of that day lies: <c>{year}</c> and <c>{month}</c> stand for its year and its two digits of
    /// the month. Git compares whole folders for each commit, so thousands of entries are checked sooner in several.
    /// </summary>
    public static string Folder(string pattern, Judgment entry) => pattern
        .Replace("{year}", entry.DecidedAt.ToString("yyyy", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{month}", entry.DecidedAt.ToString("MM", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>The day that a file's name begins with, or null.</summary>
    public static DateOnly? DayOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length > 10 && DateOnly.TryParseExact(
            name.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;
    }

    public static string Slug(string title)
    {
        var slug = new StringBuilder();
        foreach (var c in title.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && c != '\'')
            {
                slug.Append('-');
            }
        }

        var text = slug.ToString().Trim('-');
        if (text.Length > SlugMax)
        {
            var cut = text.LastIndexOf('-', SlugMax);
            text = text[..(cut > 20 ? cut : SlugMax)];
        }

        return text.Length == 0 ? "judgment" : text;
    }
}
