using System.CommandLine;

namespace Assay.Signals;

/// <summary><c>assay signals evaluate</c>: what the detectors find in data whose truth is known.</summary>
internal static class SignalsCommand
{
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
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("evaluate", "Run the detectors over labelled data and score them (docs/signals.md).")
        {
            nab, alerts, json,
        };
        command.SetAction((result, cancellation) => Task.Run(
            () =>
            {
                var console = result.InvocationConfiguration;
                if (result.GetValue(nab) is not { Length: > 0 } folder)
                {
                    console.Error.WriteLine("assay signals evaluate: say what to evaluate on: --nab DIR.");
                    return 2;
                }

                try
                {
                    NabEvaluation.Run(folder, result.GetValue(alerts), result.GetValue(json), console.Output, cancellation);
                    return 0;
                }
                catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
                {
                    console.Error.WriteLine($"assay signals evaluate: {fault.Message}");
                    return 2;
                }
            },
            cancellation));
        return command;
    }
}
