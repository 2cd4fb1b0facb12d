using System.CommandLine;
using Assay.Server.Hosting;
using Assay.Server.Outcomes.Goodhart;

namespace Assay.Outcomes;

/// <summary><c>assay audit</c>: samples that people rate without being told whose they are.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Hold metrics that are targets against what they stand for (docs/worth.md).") { Sample() };

    private static Command Sample()
    {
        var config = ConfigOption.Create();
        var count = new Option<int>("--count") { Description = "How many, at most 200.", DefaultValueFactory = _ => 20 };
        var days = new Option<int>("--days") { Description = "Of those accepted in so many last days, at most 90.", DefaultValueFactory = _ => 7 };
        var command = new Command("sample", "Draw accepted outcomes by lot, to be rated blindly.") { count, days, config };
        command.SetAction(async (result, cancellation) =>
        {
            var console = result.InvocationConfiguration;
            var (many, back) = (result.GetValue(count), result.GetValue(days));
            if (many is < 1 or > GoodhartDesk.SampleMax || back is < 1 or > 90)
            {
                await console.Error.WriteLineAsync($"assay audit sample: --count is from 1 to {GoodhartDesk.SampleMax}, --days from 1 to 90.");
                return 2;
            }

            var loaded = ConfigLoader.Load(result.GetValue(config), Environment.GetEnvironmentVariables());
            await using var store = await StoreFactory.OpenAsync(loaded, TimeProvider.System, cancellation);
            var drawn = await GoodhartDesk.DrawAsync(store, TimeProvider.System, many, back, cancellation);
            await console.Output.WriteLineAsync($"{drawn} drawn of those accepted in the last {back} days. Who may rate them sees them under GET /api/v1/goodhart/samples.");
            return 0;
        });
        return command;
    }
}
