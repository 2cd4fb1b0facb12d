using System.Text;
using Assay.Server.Api;
using Assay.Server.Exports;

namespace Assay.Server.Tests.Exports;

/// <summary>The quick way of writing CSV writes what the plain one does.</summary>
public sealed class CsvLinesTests
{
    private const string Letters = "=+-@\t\r\n\",;' aé€😀01.9";

    [Fact]
    public void Whatever_is_in_a_row_it_is_written_as_a_table_writes_it()
    {
        var random = new Random(7);
        var lines = new CsvLines();
        var expected = new StringBuilder();
        for (var i = 0; i < 2_000; i++)
        {
            var row = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Cell(random)).ToList();
            lines.Add(row);
            expected.Append(Csv.Row(row.Select(Csv.Text)));
        }

        Encoding.UTF8.GetString(lines.Written.Span).ShouldBe(expected.ToString());
        lines.Empty();
        lines.Written.Length.ShouldBe(0);
    }

    private static object? Cell(Random random) => random.Next(8) switch
    {
        0 => null,
        1 => random.NextInt64(long.MinValue, long.MaxValue),
        2 => random.Next(2) == 0,
        3 => random.NextDouble() * 1e6,
        4 => new[] { Text(random), "x" },
        5 => random.Next(-9, 9),
        _ => Text(random),
    };

    private static string Text(Random random) => string.Concat(
        Enumerable.Range(0, random.Next(12)).Select(_ => Letters.EnumerateRunes().ElementAt(random.Next(Letters.EnumerateRunes().Count())).ToString()));
}
