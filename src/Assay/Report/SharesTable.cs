using System.Globalization;
using System.Text.Json;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Routing;
using Assay.Server.Routing.Shares;
using Assay.Server.Store;
using Spectre.Console;

namespace Assay.Report;

/// <summary><c>assay report --shares</c>: how much of each route ran in the house, and what that saved.</summary>
internal static class SharesTable
{
    public static async Task PrintAsync(
        AssayConfig config, IStore store, (DateTimeOffset From, DateTimeOffset To) range, bool asJson, CancellationToken ct)
    {
        using var routes = new RouteTable(config, Environment.GetEnvironmentVariables(), TimeProvider.System);
        var report = new ShareReport(routes, new Pricing(config.Prices), store.Usage, TimeProvider.System);
        var shares = await report.AskAsync(range.From, range.To, ct);
        if (asJson)
        {
            foreach (var share in shares)
            {
                System.Console.WriteLine(JsonSerializer.Serialize(new
                {
                    route = share.Route,
                    policy = share.Policy,
                    requests = share.Requests,
                    inHouseRequests = share.InHouseRequests,
                    tokens = share.Tokens,
                    inHouseTokens = share.InHouseTokens,
                    costUsd = share.Cost.ToString(),
                    savedUsd = share.Saved.ToString(),
                    alternative = share.Alternative,
                    shadowCostUsd = share.ShadowCost.ToString(),
                }));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        table.Title($"In the house from {range.From:yyyy-MM-dd} to {range.To.AddTicks(-1):yyyy-MM-dd}");
        foreach (var name in (string[])["route", "calls", "in-house calls", "tokens", "in-house tokens", "USD", "saved", "against", "shadow"])
        {
            table.AddColumn(new TableColumn(name));
        }

        foreach (var share in shares)
        {
            table.AddRow(
                Markup.Escape(share.Route), Number(share.Requests), Number(share.InHouseRequests), Number(share.Tokens),
                Number(share.InHouseTokens), share.Cost.ToString(), share.Saved.ToString(), Markup.Escape(share.Alternative),
                share.ShadowCost.Nanos == 0 ? "" : share.ShadowCost.ToString());
        }

        AnsiConsole.Write(table);
        if (shares.Count == 0)
        {
            AnsiConsole.WriteLine("Nothing was metered in this time.");
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
