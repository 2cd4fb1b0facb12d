using System.Globalization;
using System.Text.Json;
using Assay.Server.Console.Figures;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Routing;
using Assay.Server.Routing.Shares;
using Assay.Server.Store;
using Spectre.Console;

namespace Assay.Report;

/// <summary><c>assay report --shares</c>: how much of each route ran in the house, what that saved, and whether the work held.</summary>
internal static class SharesTable
{
    public static async Task PrintAsync(
        AssayConfig config, IStore store, (DateTimeOffset From, DateTimeOffset To) range, bool asJson, CancellationToken ct)
    {
        using var routes = new RouteTable(config, Environment.GetEnvironmentVariables(), TimeProvider.System);
        var worth = new WorthReader(store.Outcomes, TimeProvider.System);
        var report = new ShareReport(routes, new Pricing(config.Prices), store.Usage, worth, TimeProvider.System);
        var shares = await report.AskWithOutcomesAsync(range.From, range.To, ct);
        if (asJson)
        {
            foreach (var share in shares)
            {
                System.Console.WriteLine(Line(share));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        table.Title($"In the house from {range.From:yyyy-MM-dd} to {range.To.AddTicks(-1):yyyy-MM-dd}");
        table.AddColumn(new TableColumn("route").NoWrap());
        foreach (var name in (string[])["calls", "in house", "tokens", "in house", "USD", "saved", "shadow"])
        {
            table.AddColumn(name is "USD" or "saved" ? new TableColumn(name).RightAligned().NoWrap() : new TableColumn(name).RightAligned());
        }

        foreach (var share in shares)
        {
            table.AddRow(
                Markup.Escape(share.Route), Number(share.Requests), Part(share.InHouseRequests, share.Requests),
                Say.Brief(share.Tokens), Part(share.InHouseTokens, share.Tokens), Usd(share.Cost.Nanos),
                share.Alternative.Length == 0 || share.InHouseTokens == 0 ? "–" : Usd(share.Saved.Nanos),
                share.ShadowCost.Nanos == 0 ? "" : Usd(share.ShadowCost.Nanos));
        }

        AnsiConsole.Write(table);
        if (shares.Count == 0)
        {
            AnsiConsole.WriteLine("Nothing was metered in this time.");
            return;
        }

        // One line each: how a saving was reckoned, and whether what it bought held.
        foreach (var share in shares)
        {
            var against = share.Alternative.Length == 0 ? "no target outside to compare with"
                : share.InHouseTokens == 0 ? "nothing ran in the house"
                : $"saved against {share.Alternative} at today's prices";
            AnsiConsole.WriteLine($"{share.Route}: {against}; {share.Outcomes?.InWords ?? "outcomes of so long a time are not read"}");
        }
    }

    private static string Line(RouteShare share) => JsonSerializer.Serialize(new
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
        outcomes = share.Outcomes is not { } held ? null : new
        {
            verdict = held.Verdict.ToString(),
            inHouseSettled = held.InHouseSettled,
            inHouseFinished = held.InHouseFinished,
            outsideSettled = held.OutsideSettled,
            outsideFinished = held.OutsideFinished,
            needed = held.Needed,
            difference = held.Difference,
            low = held.Low,
            high = held.High,
            inWords = held.InWords,
        },
    });

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Part(long part, long whole) =>
        whole == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0} %");

    private static string Usd(long nanos) => string.Create(CultureInfo.InvariantCulture, $"{nanos / 1e9m:N2}");
}
