using System.CommandLine;
using Assay.Sim;

namespace Assay.Outcomes.Evaluation;

/// <summary><c>assay outcomes evaluate</c>: how good attribution, intervals and the audit are where the truth is known.</summary>
internal static class EvaluateCommand
{
    private const int SeedsMax = 2000;

    public static Command Create()
    {
        var seeds = DefaultOption.Create("--seeds", "The companies to try, as 1-200.", "1-200");
        var people = DefaultOption.Create("--people", "How many people each has; 50 to 5000.", 120);
        var days = DefaultOption.Create("--days", "How many days each is watched; 52 to 200.", 66);
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("evaluate", "Measure attribution, intervals and the Goodhart audit on simulated companies whose truth is known (docs/worth.md).")
        {
            seeds, people, days, json,
        };
        command.SetAction((result, cancellation) => Task.Run(
            () =>
            {
                var console = result.InvocationConfiguration;
                try
                {
                    var report = new EvaluationReport(result.GetValue(people), result.GetValue(days));
                    foreach (var seed in SeedRange.Read(result.GetValue(seeds)!, SeedsMax))
                    {
                        cancellation.ThrowIfCancellationRequested();
                        report.Add(seed);
                    }

                    if (result.GetValue(json))
                    {
                        report.PrintJson(console.Output);
                    }
                    else
                    {
                        report.Print(console.Output);
                    }

                    return 0;
                }
                catch (Exception fault) when (fault is FormatException or ArgumentException)
                {
                    console.Error.WriteLine($"assay outcomes evaluate: {fault.Message}");
                    return 2;
                }
            },
            cancellation));
        return command;
    }
}
