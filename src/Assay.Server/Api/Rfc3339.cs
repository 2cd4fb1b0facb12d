using System.Globalization;

namespace Assay.Server.Api;

/// <summary>Times as the API reads and writes them.</summary>
internal static class Rfc3339
{
    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>
    /// Reads an RFC 3339 time, whose offset is required (a time without one means something else on every machine), or
    /// a date alone, which is its midnight in UTC.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is null or { Length: > 40 })
        {
            return false;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            time = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
            return true;
        }

        // In a query string "+02:00" arrives as " 02:00": take it as it was meant.
        var spaced = text.Length > 6 && text[^6] == ' ' ? string.Concat(text.AsSpan(0, text.Length - 6), "+", text.AsSpan(text.Length - 5)) : text;
        var upper = spaced.ToUpperInvariant();
        var hasOffset = upper.EndsWith('Z') || (upper.Length > 6 && upper[^6] is '+' or '-' && upper[^3] == ':');
        return hasOffset && DateTimeOffset.TryParseExact(
            upper,
            s_formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal,
            out time);
    }

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string FormatMs(long unixMs) => Format(DateTimeOffset.FromUnixTimeMilliseconds(unixMs));

    public static string? FormatMs(long? unixMs) => unixMs is { } ms ? FormatMs(ms) : null;
}
