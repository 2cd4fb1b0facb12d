using System.Globalization;

namespace Assay.Server.Api;

/// <summary>Outcomes as a table: the first row names the columns, which are the fields of <see cref="ReportOutcome"/>.</summary>
internal static class OutcomeCsv
{
    public const int RowsMax = 20_000;

    private static readonly Dictionary<string, Func<ReportOutcome, string, ReportOutcome>> s_columns = new(StringComparer.Ordinal)
    {
        ["kind"] = (o, v) => o with { Kind = v },
        ["ref"] = (o, v) => o with { Ref = v },
        ["event"] = (o, v) => o with { Event = v },
        ["at"] = (o, v) => o with { At = v },
        ["title"] = (o, v) => o with { Title = v },
        ["url"] = (o, v) => o with { Url = v },
        ["person"] = (o, v) => o with { Person = v },
        ["team"] = (o, v) => o with { Team = v },
        ["useCase"] = (o, v) => o with { UseCase = v },
        ["value"] = (o, v) => o with { Value = v },
        ["repo"] = (o, v) => o with { Repo = v },
        ["branch"] = (o, v) => o with { Branch = v },
        ["baseBranch"] = (o, v) => o with { BaseBranch = v },
        ["commits"] = (o, v) => o with { Commits = List(v) },
        ["workRefs"] = (o, v) => o with { WorkRefs = List(v) },
        ["linesAdded"] = (o, v) => o with { LinesAdded = Lines(v) },
        ["linesRemoved"] = (o, v) => o with { LinesRemoved = Lines(v) },
        ["evidence"] = (o, v) => o with { Evidence = v },
    };

    private static readonly string[] s_required = ["kind", "ref", "event"];

    /// <summary>The rows; null if something is wrong with the table as a whole.</summary>
    public static List<(int Line, ReportOutcome Outcome)>? Read(string text, InputFaults faults)
    {
        if (CsvReader.Read(text) is not { Count: > 0 } rows)
        {
            faults.Add("body", "is no table: send CSV whose first row names the columns.");
            return null;
        }

        var header = rows[0].Cells;
        foreach (var name in header.Where(n => !s_columns.ContainsKey(n)))
        {
            faults.Add("header", $"'{Directory.InputRules.Shorten(name)}' is not a column. The columns are: {string.Join(", ", s_columns.Keys)}.");
        }

        foreach (var name in s_required.Except(header, StringComparer.Ordinal))
        {
            faults.Add("header", $"the column {name} is missing.");
        }

        if (header.Distinct(StringComparer.Ordinal).Count() < header.Count)
        {
            faults.Add("header", "a column is there twice.");
        }

        if (rows.Count > RowsMax + 1)
        {
            faults.Add("body", $"has {rows.Count - 1} rows: send at most {RowsMax} in one request.");
        }

        if (faults.Any)
        {
            return null;
        }

        var outcomes = new List<(int, ReportOutcome)>(rows.Count - 1);
        foreach (var (line, cells) in rows.Skip(1))
        {
            if (cells.Count != header.Count)
            {
                faults.Add($"line {line}", $"has {cells.Count} cells and not {header.Count}.");
                return null;
            }

            var outcome = new ReportOutcome();
            for (var i = 0; i < cells.Count; i++)
            {
                if (cells[i].Length > 0)
                {
                    outcome = s_columns[header[i]](outcome, cells[i]);
                }
            }

            outcomes.Add((line, outcome));
        }

        return outcomes;
    }

    private static string[] List(string cell) => cell.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);

    // What is no number is refused by its range.
    private static long Lines(string cell) => long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : -1;
}
