using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Store;
using Spectre.Console;

namespace Assay.Report;

/// <summary><c>assay report</c>: spend by any grouping, as a table in the terminal or as JSON.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var by = new Option<string>("--by", "-b")
        {
            Description = "What to group by, separated by commas: person, agent, team, key, useCase, provider, model, "
                + "day, hour, session, client.",
            DefaultValueFactory = _ => "team",
        };
        var from = new Option<string?>("--from") { Description = "The first day, as 2026-11-01. Default: this month's." };
        var to = new Option<string?>("--to") { Description = "The last day. Default: today." };
        var shares = new Option<bool>("--shares") { Description = "How much of each route ran in the house, what that saved, and whether the work held." };
        var json = new Option<bool>("--json") { Description = "Print JSON lines instead of a table." };
        var command = new Command("report", "Show spend by any grouping.") { by, from, to, shares, json, config };
        command.SetAction(async (result, cancellation) =>
        {
            var loaded = ConfigLoader.Load(result.GetValue(config), Environment.GetEnvironmentVariables());
            await using var store = await StoreFactory.OpenAsync(loaded, TimeProvider.System, cancellation);
            var zone = TimeZoneInfo.FindSystemTimeZoneById(loaded.TimeZone);
            if (!TryRange(result.GetValue(from), result.GetValue(to), zone, TimeProvider.System, out var range)
                || !TryGroup(result.GetValue(by)!, out var group))
            {
                return 2;
            }

            if (result.GetValue(shares))
            {
                await SharesTable.PrintAsync(loaded, store, range, result.GetValue(json), cancellation);
                return 0;
            }

            var rows = await store.Usage.QueryAsync(new UsageQuery(range.From, range.To, group), cancellation);
            var names = new DirectorySnapshot(await store.Directory.LoadAsync(cancellation));
            if (result.GetValue(json))
            {
                PrintJson(rows, group, names);
            }
            else
            {
                PrintTable(rows, group, names, range);
            }

            return 0;
        });
        return command;
    }

    private static bool TryRange(
        string? from, string? to, TimeZoneInfo zone, TimeProvider clock, out (DateTimeOffset From, DateTimeOffset To) range)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        var first = new DateOnly(today.Year, today.Month, 1);
        var last = today;
        range = default;
        if ((from is not null && !TryDay("--from", from, out first)) || (to is not null && !TryDay("--to", to, out last)))
        {
            return false;
        }

        range = (Start(first, zone), Start(last.AddDays(1), zone));
        return true;
    }

    private static bool TryDay(string option, string text, out DateOnly day)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
        {
            return true;
        }

        System.Console.Error.WriteLine($"{option}: write a day like 2026-11-01, not \"{text}\".");
        return false;
    }

    private static DateTimeOffset Start(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static bool TryGroup(string text, out UsageDimension[] group)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        group = new UsageDimension[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!Enum.TryParse(names[i], ignoreCase: true, out group[i]) || int.TryParse(names[i], out _))
            {
                System.Console.Error.WriteLine($"--by: \"{names[i]}\" is nothing to group by; choose from "
                    + $"{string.Join(", ", Enum.GetNames<UsageDimension>().Select(JsonNamingPolicy.CamelCase.ConvertName))}.");
                return false;
            }
        }

        return true;
    }

    private static string Label(UsageDimension dimension, string value, DirectorySnapshot names) => dimension switch
    {
        _ when value.Length == 0 => "(none)",
        UsageDimension.Person => names.FindPerson(value)?.Email ?? value,
        UsageDimension.Agent => names.FindAgent(value)?.Name ?? value,
        UsageDimension.Key => names.FindKeyById(value)?.Name ?? value,
        _ => value,
    };

    private static void PrintTable(
        IReadOnlyList<UsageRow> rows, UsageDimension[] group, DirectorySnapshot names,
        (DateTimeOffset From, DateTimeOffset To) range)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.Title($"Spend from {range.From:yyyy-MM-dd} to {range.To.AddTicks(-1):yyyy-MM-dd}");
        foreach (var dimension in group)
        {
            table.AddColumn(JsonNamingPolicy.CamelCase.ConvertName(dimension.ToString()));
        }

        foreach (var name in (string[])["calls", "input", "cache read", "cache write", "output", "USD", "estimated"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var row in rows)
        {
            table.AddRow([
                .. group.Select((dimension, i) => Markup.Escape(Label(dimension, row.Group[i], names))),
                .. Numbers(row)]);
        }

        if (rows.Count > 1)
        {
            var sum = rows.Aggregate((a, b) => a with
            {
                Requests = a.Requests + b.Requests,
                Counts = a.Counts + b.Counts,
                Cost = a.Cost + b.Cost,
                EstimatedCost = a.EstimatedCost + b.EstimatedCost,
            });
            table.AddEmptyRow();
            table.AddRow([.. group.Select((_, i) => i == 0 ? "[bold]total[/]" : ""), .. Numbers(sum)]);
        }

        AnsiConsole.Write(table);
        if (rows.Count == 0)
        {
            AnsiConsole.WriteLine("Nothing was metered in this time.");
        }
    }

    private static IEnumerable<string> Numbers(UsageRow row) =>
    [
        Number(row.Requests), Number(row.InputTokens), Number(row.CacheReadTokens), Number(row.CacheWriteTokens),
        Number(row.OutputTokens), row.Cost.ToString(), row.EstimatedCost.Nanos == 0 ? "" : row.EstimatedCost.ToString(),
    ];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static void PrintJson(IReadOnlyList<UsageRow> rows, UsageDimension[] group, DirectorySnapshot names)
    {
        foreach (var row in rows)
        {
            var line = new Dictionary<string, object>(StringComparer.Ordinal);
            for (var i = 0; i < group.Length; i++)
            {
                line[JsonNamingPolicy.CamelCase.ConvertName(group[i].ToString())] = Label(group[i], row.Group[i], names);
            }

            line["requests"] = row.Requests;
            line["inputTokens"] = row.InputTokens;
            line["cacheReadTokens"] = row.CacheReadTokens;
            line["cacheWriteTokens"] = row.CacheWriteTokens;
            line["outputTokens"] = row.OutputTokens;
            line["costUsd"] = row.Cost.ToString();
            line["estimatedCostUsd"] = row.EstimatedCost.ToString();
            System.Console.WriteLine(JsonSerializer.Serialize(line));
        }
    }
}
