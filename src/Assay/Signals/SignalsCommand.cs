using System.CommandLine;
using Assay.Sim;
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
        var seeds = DefaultOption.Create("--seeds", "The companies to try, as 11-20.", "11-20");
        var people = DefaultOption.Create("--people", "How many people each has; 50 to 85000.", 2000);
        var days = DefaultOption.Create("--days", "How many days each is watched; 10 to 400.", 60);
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
                        foreach (var seed in SeedRange.Read(result.GetValue(seeds)!, SeedsMax))
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
}
