using System.CommandLine;
using System.Runtime.CompilerServices;
using Assay.Judge;
using Assay.Server.Hosting;

namespace Assay.Start;

/// <summary>Parses a command line and runs what it names.</summary>
internal static class CommandLine
{
    /// <summary>What a command may allocate before the first collection. Ten thousand entries take some 200 MB.</summary>
    private const long UncollectedBytes = 240_000_000;

    public static Task<int> JudgeAsync(string[] args)
    {
        if (args is [_, "check", ..])
        {
            CollectLater();
        }

        return RunAsync(new RootCommand("Assay") { JudgeCommand.Create() }, args);
    }

    /// <summary>
    /// A check of a long log keeps nearly all that it allocates until it ends: collecting meanwhile takes a quarter of its time
    /// and frees nothing. Past the bound the runtime collects as ever, and where there is not so much memory it does so at once.
    /// </summary>
    private static void CollectLater()
    {
        try
        {
            GC.TryStartNoGCRegion(UncollectedBytes);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The runtime is confined to less.
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task<int> WholeAsync(string[] args)
    {
        try
        {
            return await RunAsync(Everything(), args);
        }
        catch (ConfigException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 2;
        }
    }

    private static Task<int> RunAsync(RootCommand root, string[] args) =>
        root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private static RootCommand Everything() => new("""
        Assay: an AI gateway that measures what tokens were worth, not how many were burned.

        Start with `assay demo`, which needs no key, no network and no set-up. For the real thing write an assay.json
        (docs/configuration.md) and run `assay serve`.
        """)
    {
        Assay.Serve.ServeCommand.Create(),
        Assay.Demo.DemoCommand.Create(),
        Assay.Check.CheckCommand.Create(),
        Assay.Apply.ApplyCommand.Create((path, cancellation) => StoreFactory.OpenAsync(
            ConfigLoader.Load(path == "assay.json" && !File.Exists(path) ? null : path, Environment.GetEnvironmentVariables()), TimeProvider.System, cancellation)),
        Assay.Report.ReportCommand.Create(),
        Assay.Forecast.ForecastCommand.Create(),
        Assay.Signals.SignalsCommand.Create(),
        Assay.Outcomes.OutcomesCommand.Create(),
        Assay.Outcomes.AuditCommand.Create(),
        JudgeCommand.Create(),
        Assay.Mcp.McpCommand.Create(),
        Assay.Sim.SimCommand.Create(),
        Assay.Maintain.PricesCommand.Create(),
        Assay.Maintain.JournalCommand.Create(),
    };
}
