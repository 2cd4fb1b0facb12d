using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assay.Bench.Exports;

/// <summary>Reads sums of money out of files and pages, to the nano-dollar, with code that the writers do not share.</summary>
internal static partial class Money
{
    /// <summary>Nano-dollars of a decimal of dollars.</summary>
    public static long Nanos(string dollars) => (long)(decimal.Parse(dollars, CultureInfo.InvariantCulture) * 1_000_000_000m);

    /// <summary>The sum of a column of a file.</summary>
    public static async Task<(long Nanos, long Rows)> ColumnAsync(Host host, string path, string column, bool isCsv)
    {
        var (sum, rows, at) = (0L, 0L, -1);
        await host.LinesAsync(path, line =>
        {
            if (isCsv && at < 0)
            {
                at = Array.IndexOf(line.Split(','), column);
                return;
            }

            rows++;
            sum += Nanos(isCsv ? Fields(line)[at] : Json(line, column));
        });
        return (sum, rows);
    }

    /// <summary>The exact amounts that a part of a page carries in its titles.</summary>
    public static IReadOnlyList<long> Titles(string html, string from, string to)
    {
        var begin = html.IndexOf(from, StringComparison.Ordinal);
        if (begin < 0)
        {
            throw new InvalidOperationException($"The page has no {from}");
        }

        var end = html.IndexOf(to, begin, StringComparison.Ordinal);
        return [.. Title().Matches(html[begin..(end < 0 ? html.Length : end)]).Select(m => Nanos(m.Groups["usd"].Value))];
    }

    private static string Json(string line, string column)
    {
        using var row = JsonDocument.Parse(line);
        return row.RootElement.GetProperty(column).GetString()!;
    }

    private static List<string> Fields(string line)
    {
        var (fields, field, isQuoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        foreach (var c in line)
        {
            if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }

    [GeneratedRegex("title=\"\\$(?<usd>[0-9.]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Title();
}
