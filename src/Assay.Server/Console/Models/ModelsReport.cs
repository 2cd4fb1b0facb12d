using System.Globalization;
using Assay.Ledger.Usage;
using Assay.Server.Console.Figures;
using Assay.Server.Metering;
using Assay.Server.Routing;
using Assay.Server.Routing.Shares;

namespace Assay.Server.Console.Models;

/// <summary>Reads routes, capabilities and prices for people.</summary>
internal sealed class ModelsReport(RouteTable routes, Pricing pricing, ShareReport shares, OrgClock clock)
{
    private const int Days = 30;

    public async Task<ModelsView> ReadAsync(bool withShares, CancellationToken ct)
    {
        var atMs = clock.Now.ToUnixTimeMilliseconds();
        return new ModelsView(
            [.. routes.Routes.Select(route => new NameRow(
                route.Pattern,
                route.Policy,
                string.Join("; ", route.Exceptions.Select(Words)),
                [
                    .. route.Targets.Select(target => LeadsTo(target, route, Weight(route, target), atMs)),
                    .. Trials(route).Select(trial => LeadsTo(trial.Trial.Target, route, $"{trial.Word} {trial.Trial.Percent:0.##} %", atMs)),
                ])).OrderBy(row => row.Name, StringComparer.Ordinal)],
            withShares ? [.. (await shares.AskAsync(clock.StartOf(clock.Today.AddDays(-Days)), clock.Now, ct)).Select(Row)] : null);
    }

    private static string Weight(ModelRoute route, Target target) =>
        route.Policy == "weighted" ? $"weight {target.Weight.ToString(CultureInfo.InvariantCulture)}" : "";

    private static IEnumerable<(string Word, Trial Trial)> Trials(ModelRoute route)
    {
        if (route.Canary is { } canary)
        {
            yield return ("canary", canary);
        }

        if (route.Shadow is { } shadow)
        {
            yield return ("shadow", shadow);
        }
    }

    private LeadsTo LeadsTo(Target target, ModelRoute route, string part, long atMs)
    {
        var model = target.Model ?? route.Pattern;
        var sheet = model.EndsWith('*') ? null : pricing.Book.Find(pricing.PriceProvider(target.Provider), model, atMs);
        return new LeadsTo(
            target.Provider.Name,
            target.Model ?? "the same name",
            target.Provider.InHouse,
            part,
            Can(target.Can),
            Price(sheet?.PriceOf(UsageClass.Input, "", 0, atMs)),
            Price(sheet?.PriceOf(UsageClass.Output, "", 0, atMs)));
    }

    private static string? Price(long? nanos) => nanos is { } known ? Say.Price(known) : null;

    private static string Can(Capabilities can)
    {
        var words = new List<string>();
        if (can.Vision is { } vision)
        {
            words.Add(vision ? "pictures" : "no pictures");
        }

        if (can.Tools is { } tools)
        {
            words.Add(tools ? "tools" : "no tools");
        }

        if (can.ContextTokens > 0)
        {
            words.Add($"{Say.Brief(can.ContextTokens)} tokens");
        }

        return string.Join(", ", words);
    }

    private static string Words(RouteException exception)
    {
        var words = new List<string>();
        if (exception.Team.Length > 0)
        {
            words.Add($"team {exception.Team}");
        }

        if (exception.UseCase.Length > 0)
        {
            words.Add($"for {exception.UseCase}");
        }

        if (exception.ContextTokensMin > 0)
        {
            words.Add($"from {Say.Brief(exception.ContextTokensMin)} tokens");
        }

        if (exception.Needs != Needs.None)
        {
            words.Add($"with {exception.Needs.ToString().ToLowerInvariant()}");
        }

        return string.Join(", ", words);
    }

    private static ShareRow Row(RouteShare share) => new(
        share.Route,
        Say.Count(share.Requests),
        share.Tokens == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * share.InHouseTokens / share.Tokens:0} %"),
        Say.Usd(share.Cost),
        share.Alternative.Length == 0 || share.InHouseTokens == 0 ? "–" : Say.Usd(share.Saved),
        share.Alternative,
        share.ShadowCost == Ledger.Money.NanoUsd.Zero ? "" : Say.Usd(share.ShadowCost));
}
