using System.Globalization;
using System.Text;

namespace Assay.Server.Api;

/// <summary>Tables as CSV (RFC 4180), for spreadsheets.</summary>
internal static class Csv
{
    public const string ContentType = "text/csv";

    /// <summary>Whether the caller asked for CSV, by <c>format=csv</c> or by <c>Accept</c>.</summary>
    public static bool IsWanted(HttpRequest request, QueryReader query) =>
        query.Word("format", s_formats) switch
        {
            { } csv => csv,
            null => request.GetTypedHeaders().Accept is [{ MediaType.Value: ContentType }, ..],
        };

    public static IResult Result(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows) =>
        TypedResults.Text(Write(header, rows), ContentType, Encoding.UTF8);

    internal static string Write(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(header))
        {
            text.Append(Row(row));
        }

        return text.ToString();
    }

    /// <summary>One line with its end, for what is streamed.</summary>
    internal static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>A cell's value as text: nothing, text, whole numbers, yes or no, or a list of words.</summary>
    internal static string Text(object? cell) => cell switch
    {
        null => "",
        string text => text,
        bool yes => yes ? "true" : "false",
        IReadOnlyList<string> list => string.Join(' ', list),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"A cell cannot be a {cell.GetType()}."),
    };

    /// <summary>A cell as it stands in a line.</summary>
    internal static string Cell(string value)
    {
        var safe = IsFormula(value) ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? safe
            : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A name that a client chose must not become a formula in the spreadsheet of finance.</summary>
    internal static bool IsFormula(string value) =>
        value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !decimal.TryParse(value, CultureInfo.InvariantCulture, out _);

    private static readonly Dictionary<string, bool> s_formats =
        new(StringComparer.Ordinal) { ["csv"] = true, ["json"] = false };
}
