using System.CommandLine;
using Assay.Server.Hosting;

// Git hooks run `assay judge` on every commit, so it starts without what a gateway needs.
var root = args switch
{
    ["judge", ..] => new RootCommand("Assay") { Assay.Judge.JudgeCommand.Create() },
    ["mcp", ..] => new RootCommand("Assay") { Assay.Mcp.McpCommand.Create() },
    _ => Everything(),
};

try
{
    return await root.Parse(args).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (ConfigException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 2;
}

static RootCommand Everything() => new("""
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
    Assay.Judge.JudgeCommand.Create(),
    Assay.Mcp.McpCommand.Create(),
    Assay.Sim.SimCommand.Create(),
    Assay.Maintain.PricesCommand.Create(),
    Assay.Maintain.JournalCommand.Create(),
};
