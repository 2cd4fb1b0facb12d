using System.CommandLine;
using Assay.Sim.Workforce;

namespace Assay.Sim;

/// <summary><c>assay sim workforce drive</c>: a labelled company calls a gateway over HTTP, at a rate.</summary>
internal static class WorkforceDriveCommand
{
    public static Command Create()
    {
        var gateway = new Option<string>("--gateway")
        {
            Description = "The gateway's address, as http://127.0.0.1:8080, with simulated providers behind it (assay sim).",
            Required = true,
        };
        var key = new Option<string?>("--key") { Description = "The key of all who have none in --keys." };
        var keys = new Option<string?>("--keys") { Description = "A file with an e-mail address and a secret on each line." };
        var rate = DefaultOption.Create("--rate", "How many calls a second; 0.1 to 10000.", 20.0);
        var calls = DefaultOption.Create("--calls", "How many calls at most.", int.MaxValue);
        var seed = DefaultOption.Create("--seed", "The seed that everything derives from.", 1);
        var people = DefaultOption.Create("--people", "How many people; 50 to 85000.", 200);
        var days = DefaultOption.Create("--days", "How many days; 1 to 400.", 30);
        var command = new Command("drive", "Send what a labelled company does to a gateway, call after call (docs/signals.md).")
        {
            gateway, key, keys, rate, calls, seed, people, days,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var console = result.InvocationConfiguration;
            try
            {
                var company = new WorkCompany(new WorkforceOptions
                {
                    Seed = result.GetValue(seed),
                    People = result.GetValue(people),
                    Days = result.GetValue(days),
                });
                var sender = Sender(
                    result.GetValue(gateway)!, result.GetValue(key), result.GetValue(keys), result.GetValue(rate), result.GetValue(calls));
                console.Output.WriteLine(await sender.RunAsync(company, TimeProvider.System, cancellation));
                return 0;
            }
            catch (Exception fault) when (fault is ArgumentException or FormatException or IOException or UnauthorizedAccessException)
            {
                console.Error.WriteLine($"assay sim workforce drive: {fault.Message}");
                return 2;
            }
        });
        return command;
    }

    private static WorkforceDrive Sender(string address, string? key, string? keys, double rate, int calls)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var gateway) || gateway.Scheme is not ("http" or "https"))
        {
            throw new FormatException("write --gateway as http://127.0.0.1:8080");
        }

        if (key is null && keys is null)
        {
            throw new FormatException("give --key or --keys");
        }

        return rate is >= 0.1 and <= 10_000 && calls > 0
            ? new WorkforceDrive(gateway, keys is null ? new Dictionary<string, string>(StringComparer.Ordinal) : WorkforceDrive.ReadKeys(File.ReadLines(keys)), key ?? "", rate, calls)
            : throw new FormatException("--rate is from 0.1 to 10000 calls a second, and --calls at least 1");
    }
}
