using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assay.Server.Outcomes.Hosts;

/// <summary>Reads what hosts send. A field that is missing or of another kind is null: hosts add and drop fields at will.</summary>
internal static partial class HostFields
{
    private const int TextMax = 64 * 1024;

    public static JsonElement? At(this JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
            {
                return null;
            }
        }

        return json.ValueKind == JsonValueKind.Null ? null : json;
    }

    public static string? Text(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Number(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    public static bool Is(this JsonElement json, params ReadOnlySpan<string> path) => json.At(path) is { ValueKind: JsonValueKind.True };

    public static IEnumerable<JsonElement> All(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>
    /// A time in ms: RFC 3339, or the other ways in which hosts write one (<c>2013-12-03 17:23:34 UTC</c>,
    /// <c>2026-11-22T10:00:00.000+0000</c>).
    /// </summary>
    public static long? Time(this JsonElement json, params ReadOnlySpan<string> path)
    {
        if (json.Text(path) is not { Length: > 0 and <= 40 } text)
        {
            return null;
        }

        text = BareOffset().Replace(text.Replace(" UTC", "Z", StringComparison.Ordinal), "${h}:${m}");
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : null;
    }

    public static bool IsSha(string? text) =>
        text is { Length: 40 or 64 } && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    /// <summary>The tickets that texts name: <c>JRA-12</c>, and what a change says that it closes.</summary>
    public static IReadOnlyList<string> WorkRefs(string repo, char mark, string? branch, string? title, string? body)
    {
        var found = new List<string>();
        foreach (var text in new[] { branch, title, body })
        {
            foreach (Match match in Ticket().Matches(Cut(text)))
            {
                Add(match.Value);
            }
        }

        foreach (Match match in Closes().Matches(Cut(body)))
        {
            Add(repo + mark + match.Groups["n"].Value);
        }

        return found;

        void Add(string reference)
        {
            if (found.Count < 20 && !found.Contains(reference, StringComparer.Ordinal))
            {
                found.Add(reference);
            }
        }
    }

    private static string Cut(string? text) => text is null ? "" : text.Length <= TextMax ? text : text[..TextMax];

    [GeneratedRegex(@"(?<h>[+-][0-9]{2})(?<m>[0-9]{2})$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BareOffset();

    // Upper case, as in Jira. UTF-8 and the like look the same and are no tickets.
    [GeneratedRegex(@"(?<![A-Za-z0-9-])(?!(?:UTF|SHA|ISO|RFC|CVE|HTTP|TLS|AES|GPT|MD|PR)-)[A-Z][A-Z0-9]{1,9}-[0-9]{1,7}(?![A-Za-z0-9-])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Ticket();

    [GeneratedRegex(
        @"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? #(?<n>[0-9]{1,9})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Closes();
}
