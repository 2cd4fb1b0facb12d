using System.Globalization;
using Assay.Ledger.Usage;
using Assay.Server.Console.Figures;
using Assay.Server.Metering;
using Assay.Server.Proxy.Caching;
using Assay.Server.Routing;
using Assay.Server.Routing.Shares;

namespace Assay.Server.Console.Models;

/// <summary>Reads routes, capabilities and prices for people.</summary>
internal sealed class ModelsReport(RouteTable routes, Pricing pricing, ShareReport shares, AnswerCache cache, OrgClock clock, TimeProvider time)
{
    private const int Days = 30;

    // A company's book can take longer to read than anybody waits for a page; who comes back finds it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public async Task<ModelsView> ReadAsync(bool withShares, CancellationToken ct)
    {
        var atMs = clock.Now.ToUnixTimeMilliseconds();
        var (shown, held) = withShares ? await SharesAsync(ct) : (null, null);
        return new ModelsView(
            [.. routes.Routes.Select(route => new NameRow(
                route.Pattern,
                route.Policy,
                string.Join("; ", route.Exceptions.Select(Words)),
                [
                    .. route.Targets.Select(target => LeadsTo(target, route, Weight(route, target), atMs)),
                    .. Trials(route).Select(trial => LeadsTo(trial.Trial.Target, route, $"{trial.Word} {trial.Trial.Percent:0.##} %", atMs)),
                ])).OrderBy(row => row.Name, StringComparer.Ordinal)],
            shown is null ? null : [.. shown.Select(Row)],
            held is null ? null : [.. ShareReport.With(shown!, held).Select(Held)],
            withShares && cache.IsOn ? Words(cache.Figures) : "");
    }

    private async Task<(IReadOnlyList<RouteShare> Shares, IReadOnlyDictionary<string, ShareOutcomes>? Held)> SharesAsync(CancellationToken ct)
    {
        // By whole days, which have sums, and so that who comes back asks for the same book.
        var (from, to) = (clock.StartOf(clock.Today.AddDays(-Days)), clock.StartOf(clock.Today.AddDays(1)));
        var shown = await shares.AskAsync(from, to, ct);
        if (shown.Count == 0)
        {
            return (shown, null);
        }

        try
        {
            return (shown, await shares.HeldAsync(from, to, ct).WaitAsync(s_patience, time, ct));
        }
        catch (TimeoutException)
        {
            return (shown, null);
        }
    }

    private static string Words(CacheFigures kept) =>
        $"Kept answers have been given {Say.Many(kept.Hits, "time", "times")} since this node started and saved {Say.Usd(kept.Saved)}.";

    private static HeldRow Held(RouteShare share)
    {
        var held = share.Outcomes!;
        var isShown = held.Verdict is not (ShareVerdict.NoOutcomes or ShareVerdict.TooFewPeople);
        return new HeldRow(
            share.Route,
            isShown ? $"{Say.Count(held.InHouseSettled)} of {Say.Count(held.InHouseFinished)}" : "",
            isShown ? $"{Say.Count(held.OutsideSettled)} of {Say.Count(held.OutsideFinished)}" : "",
            held.Gain,
            held.InBrief);
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
        share.Policy,
        Say.Count(share.Requests),
        share.Tokens == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * share.InHouseTokens / share.Tokens:0} %"),
        Say.Usd(share.Cost),
        share.Alternative.Length == 0 || share.InHouseTokens == 0 ? "–" : Say.Usd(share.Saved),
        share.Alternative,
        share.ShadowCost == Ledger.Money.NanoUsd.Zero ? "" : Say.Usd(share.ShadowCost));
}
