using System.Globalization;
using System.Text.RegularExpressions;

namespace Assay.Bench.Exports;

/// <summary>Reads sums of money out of files and pages, to the nano-dollar, with code that the writers do not share.</summary>
internal static partial class Money
{
    /// <summary>Nano-dollars of a decimal of dollars.</summary>
    public static long Nanos(ReadOnlySpan<char> dollars) => (long)(decimal.Parse(dollars, CultureInfo.InvariantCulture) * 1_000_000_000m);

    /// <summary>The sum of a column of a file.</summary>
    public static async Task<(long Nanos, long Rows)> ColumnAsync(Host host, string path, string column, bool isCsv)
    {
        var sum = new ColumnSum(column, isCsv);
        await host.LinesAsync(path, sum.Add);
        return (sum.Nanos, sum.Rows);
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

    [GeneratedRegex("title=\"\\$(?<usd>[0-9.]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Title();
}
