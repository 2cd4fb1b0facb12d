using System.CommandLine;
using System.Globalization;
using Assay.Server.Budgets.Forecasting.BackTests;
using Assay.Server.Directory;

namespace Assay.Forecast;

/// <summary><c>assay forecast backtest</c>: how good forecasts would have been on spend whose future is known.</summary>
internal static class ForecastCommand
{
    private const int SeedsMax = 1000;

    public static Command Create() => new("forecast", "See how good the forecasts of budgets are.") { BackTestOf() };

    private static Command BackTestOf()
    {
        var csv = new Option<string[]>("--csv")
        {
            Description = "A file of series to try: series,time,amount with times as 2026-01-31 or 2026-01-31T14. Repeatable. "
                + "Default: simulated workforces.",
            DefaultValueFactory = _ => [],
        };
        var seeds = new Option<string>("--seeds")
        {
            Description = "The simulated workforces to try, as 31-36.",
            DefaultValueFactory = _ => "31-36",
        };
        var windows = new Option<string>("--windows", "-w")
        {
            Description = "The windows to try, separated by commas: day, week, month, quarter.",
            DefaultValueFactory = _ => "day,week,month,quarter",
        };
        var every = new Option<int>("--every")
        {
            Description = "Forecast on every so manieth day. Default: 1, and 5 for simulated workforces.",
            DefaultValueFactory = _ => 0,
        };
        var command = new Command("backtest", "Forecast the past, and compare with what came (docs/forecast.md).")
        {
            csv, seeds, windows, every,
        };
        command.SetAction((result, cancellation) => Task.Run(
            () =>
            {
                var console = result.InvocationConfiguration;
                var (files, step) = (result.GetValue(csv)!, result.GetValue(every));
                if (!TryWindows(result.GetValue(windows)!, out var asked) || step < 0
                    || !TrySeeds(result.GetValue(seeds)!, out var first, out var last))
                {
                    console.Error.WriteLine(
                        "assay forecast backtest: write --windows day,week,month,quarter, --seeds 31-36 and --every 1.");
                    return 2;
                }

                try
                {
                    var series = files.Length > 0
                        ? files.SelectMany(ReadFile)
                        : Enumerable.Range(first, last - first + 1).SelectMany(seed => SimulatedSpend.Workforce(seed));
                    Print(console.Output, [.. series], asked, step > 0 ? step : files.Length > 0 ? 1 : 5, cancellation);
                    return 0;
                }
                catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
                {
                    console.Error.WriteLine($"assay forecast backtest: {fault.Message}");
                    return 2;
                }
            },
            cancellation));
        return command;
    }

    private static IReadOnlyList<SpendSeries> ReadFile(string path)
    {
        using var file = File.OpenText(path);
        return SeriesCsv.Read(file);
    }

    private static void Print(
        TextWriter output, SpendSeries[] series, BudgetWindow[] windows, int every, CancellationToken cancellation)
    {
        output.WriteLine("| window | origins | in the interval (below, above) | error | run rate | last week | pinball | run rate | run-out day held | warnings right |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var window in windows)
        {
            var scores = new BackTestScores();
            foreach (var one in series)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var origin in BackTest.Origins(one, window, every))
                {
                    scores.Add(origin);
                }
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {DirectoryWords.Word(window)} | {scores.Origins:N0} | {Part(scores.Coverage)} ({Part(scores.Below)}, {Part(1 - scores.Coverage - scores.Below)}) | {Part(scores.Error)} | {Part(scores.RunRateError)} | {Part(scores.LastWeekError)} | {Part(scores.Pinball)} | {Part(scores.RunRatePinball)} | {Part(scores.RunOutCoverage)} of {scores.RunOuts:N0} | {Part(scores.WarningsTrue)} of {scores.Warnings:N0} |"));
        }
    }

    private static string Part(double share) =>
        double.IsNaN(share) ? "–" : (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static bool TryWindows(string text, out BudgetWindow[] windows)
    {
        var words = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        windows = [.. words.Where(DirectoryWords.Windows.ContainsKey).Select(w => DirectoryWords.Windows[w])];
        return windows.Length == words.Length && windows.Length > 0 && windows.All(BackTest.Windows.Contains);
    }

    private static bool TrySeeds(string text, out int first, out int last)
    {
        var ends = text.Split('-');
        last = 0;
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out last)
            && ends.Length <= 2 && last >= first && last - first < SeedsMax;
    }
}
