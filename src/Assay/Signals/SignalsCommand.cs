using System.CommandLine;
using System.Globalization;
using Assay.Sim.Workforce;

namespace Assay.Signals;

/// <summary><c>assay signals evaluate</c>: what the detectors find in data whose truth is known.</summary>
internal static class SignalsCommand
{
    private const int SeedsMax = 1000;

    public static Command Create() => new("signals", "See how good the detectors are.") { Evaluate() };

    private static Command Evaluate()
    {
        var nab = new Option<string?>("--nab")
        {
            Description = "A folder in the form of the Numenta Anomaly Benchmark: data/**.csv and windows.json.",
        };
        var alerts = new Option<string?>("--alerts")
        {
            Description = "Where to write the alerts, as file,timestamp, so that anybody can score them again.",
        };
        var workforce = new Option<bool>("--workforce")
        {
            Description = "Simulated companies (assay sim workforce) instead.",
        };
        var seeds = Option("--seeds", "The companies to try, as 11-20.", "11-20");
        var people = Option("--people", "How many people each has; 50 to 85000.", 2000);
        var days = Option("--days", "How many days each is watched; 10 to 400.", 60);
        var evasive = new Option<bool>("--evasive")
        {
            Description = "Those who game the count know how they are looked for.",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("evaluate", "Run the detectors over labelled data and score them (docs/signals.md).")
        {
            nab, alerts, workforce, seeds, people, days, evasive, json,
        };
        command.SetAction((result, cancellation) => Task.Run(
            () =>
            {
                var console = result.InvocationConfiguration;
                try
                {
                    if (result.GetValue(workforce))
                    {
                        var report = new WorkforceReport();
                        foreach (var seed in Seeds(result.GetValue(seeds)!))
                        {
                            var trial = new WorkforceTrial(new WorkforceOptions
                            {
                                Seed = seed,
                                People = result.GetValue(people),
                                Days = result.GetValue(days),
                                Evasive = result.GetValue(evasive),
                            });
                            trial.Run(cancellation);
                            report.Add(seed, trial);
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

                    if (result.GetValue(nab) is not { Length: > 0 } folder)
                    {
                        console.Error.WriteLine("assay signals evaluate: say what to evaluate on: --nab DIR or --workforce.");
                        return 2;
                    }

                    NabEvaluation.Run(folder, result.GetValue(alerts), result.GetValue(json), console.Output, cancellation);
                    return 0;
                }
                catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
                {
                    console.Error.WriteLine($"assay signals evaluate: {fault.Message}");
                    return 2;
                }
            },
            cancellation));
        return command;
    }

    private static IEnumerable<int> Seeds(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && last >= first && last - first < SeedsMax
                ? Enumerable.Range(first, last - first + 1)
                : throw new FormatException("write --seeds as 11-20 or 7");
    }

    private static Option<T> Option<T>(string name, string description, T value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
    };
}
