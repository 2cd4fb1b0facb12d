using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Metering;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Store;

namespace Assay.Server.Routing.Shares;

/// <summary>What a model's part in a route is.</summary>
internal enum ShareRole
{
    Target,
    Canary,
    Shadow,

    /// <summary>It was a target once, or a budget sent calls there.</summary>
    Other,
}

/// <summary>One model's part of what went over a route.</summary>
/// <param name="Saved">For a model of the house: what the alternative would have cost, less what it cost; may be below zero.</param>
internal sealed record TargetShare(
    string Provider, string Model, ShareRole Role, bool InHouse, long Requests, long Tokens, NanoUsd Cost, NanoUsd Saved);

/// <summary>What went over a route, and how much of it stayed in the house. Shadows count in neither.</summary>
/// <param name="Alternative">The outside model that savings are measured against; empty if the route has none.</param>
internal sealed record RouteShare(string Route, string Policy, string Alternative, IReadOnlyList<TargetShare> Targets)
{
    /// <summary>Whether the work held; null where it was not asked for.</summary>
    public ShareOutcomes? Outcomes { get; init; }

    private IEnumerable<TargetShare> Answering => Targets.Where(target => target.Role != ShareRole.Shadow);

    public long Requests => Answering.Sum(target => target.Requests);

    public long Tokens => Answering.Sum(target => target.Tokens);

    public long InHouseRequests => Answering.Where(target => target.InHouse).Sum(target => target.Requests);

    public long InHouseTokens => Answering.Where(target => target.InHouse).Sum(target => target.Tokens);

    public NanoUsd Cost => Sum(Answering.Select(target => target.Cost));

    public NanoUsd Saved => Sum(Answering.Select(target => target.Saved));

    /// <summary>What the models on trial cost beside what was answered.</summary>
    public NanoUsd ShadowCost => Sum(Targets.Where(target => target.Role == ShareRole.Shadow).Select(target => target.Cost));

    private static NanoUsd Sum(IEnumerable<NanoUsd> amounts) => amounts.Aggregate(NanoUsd.Zero, (sum, each) => sum + each);
}

/// <summary>
/// How much of each route runs in the house and what that saved, at the price book's prices of the route's first outside
/// target for the same tokens; and whether the work held, by the outcomes that most was spent on here or there.
/// </summary>
internal sealed class ShareReport(RouteTable routes, Pricing pricing, IUsageStore store, WorthReader worth, TimeProvider clock)
{
    /// <summary>The same, and what became of the work. It reads all spend and outcomes of the period.</summary>
    public async Task<IReadOnlyList<RouteShare>> AskWithOutcomesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var shares = await AskAsync(from, to, ct);
        return shares.Count == 0 || to - from >= TimeSpan.FromDays(WorthReader.DaysMax) ? shares : With(shares, await HeldAsync(from, to, ct));
    }

    /// <summary>What became of the work of a period, by route.</summary>
    public async Task<IReadOnlyDictionary<string, ShareOutcomes>> HeldAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        // By the minute, so that those who ask one after the other share a book.
        const long MinuteMs = 60_000;
        var (fromMs, toMs) = (from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds());
        var book = await worth.ReadAsync(fromMs - (fromMs % MinuteMs), toMs - (toMs % MinuteMs) + MinuteMs, ct);
        return ShareOutcomes.Of(book, SideOf);
    }

    public static IReadOnlyList<RouteShare> With(IReadOnlyList<RouteShare> shares, IReadOnlyDictionary<string, ShareOutcomes> held) =>
        [.. shares.Select(share => share with { Outcomes = held.GetValueOrDefault(share.Route, ShareOutcomes.None) })];

    private (string Route, bool InHouse)? SideOf(SpendSlice slice) =>
        slice.Route.Length == 0 || routes.Find(slice.Route) is not { } route || RoleOf(route, slice.Provider, slice.Model) == ShareRole.Shadow
            ? null
            : (route.Pattern, routes.Providers.TryGetValue(slice.Provider, out var provider) && provider.InHouse);

    public async Task<IReadOnlyList<RouteShare>> AskAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var rows = await store.QueryAllAsync(
            new UsageQuery(from, to, [UsageDimension.RequestedModel, UsageDimension.Provider, UsageDimension.Model]), ct);
        var sums = new Dictionary<(ModelRoute Route, string Provider, string Model), Sums>();
        foreach (var row in rows)
        {
            if (row.Group[0].Length > 0 && routes.Find(row.Group[0]) is { } route)
            {
                var key = (route, row.Group[1], row.Group[2]);
                if (!sums.TryGetValue(key, out var sum))
                {
                    sums[key] = sum = new Sums();
                }

                sum.Add(row);
            }
        }

        return
        [
            .. sums.GroupBy(each => each.Key.Route)
                .Select(route => Of(route.Key, route.Select(each => (each.Key.Provider, each.Key.Model, each.Value))))
                .OrderByDescending(share => share.Cost + share.Saved).ThenBy(share => share.Route, StringComparer.Ordinal),
        ];
    }

    private RouteShare Of(ModelRoute route, IEnumerable<(string Provider, string Model, Sums Sums)> parts)
    {
        var outside = route.Targets.FirstOrDefault(target => !target.Provider.InHouse);
        return new RouteShare(
            route.Pattern,
            route.Policy,
            outside is null ? "" : $"{outside.Provider.Name}/{outside.Model ?? route.Pattern}",
            [.. parts.Select(part => Share(route, outside, part.Provider, part.Model, part.Sums))
                .OrderBy(share => share.Role).ThenByDescending(share => share.Tokens)]);
    }

    private TargetShare Share(ModelRoute route, Target? outside, string provider, string model, Sums sums)
    {
        var isInHouse = routes.Providers.TryGetValue(provider, out var known) && known.InHouse;
        var role = RoleOf(route, provider, model);
        var saved = NanoUsd.Zero;
        if (isInHouse && outside is not null && role != ShareRole.Shadow)
        {
            var alternative = pricing.Price(
                outside.Provider, outside.Model ?? model, sums.Counts, "", clock.GetUtcNow().ToUnixTimeMilliseconds());

            // A guessed price saves nobody anything.
            saved = alternative.Marks.HasFlag(UsageMarks.Unpriced) ? NanoUsd.Zero : alternative.Amount - sums.Cost;
        }

        return new TargetShare(provider, model, role, isInHouse, sums.Requests, sums.Counts.TotalTokens, sums.Cost, saved);
    }

    private static ShareRole RoleOf(ModelRoute route, string provider, string model) =>
        Is(route.Canary?.Target, provider, model) ? ShareRole.Canary
        : Is(route.Shadow?.Target, provider, model) ? ShareRole.Shadow
        : route.Targets.Any(target => target.Provider.Name == provider && (target.Model ?? model) == model) ? ShareRole.Target
        : ShareRole.Other;

    private static bool Is(Target? target, string provider, string model) =>
        target is not null && target.Provider.Name == provider && target.Model == model;

    private sealed class Sums
    {
        public long Requests { get; private set; }

        public NanoUsd Cost { get; private set; }

        public UsageCounts Counts { get; private set; }

        public void Add(UsageRow row)
        {
            // An attempt that failed was answered by nobody. What was loaded from elsewhere may not tell its calls.
            var answered = row.Counts[UsageClass.Request];
            Requests += answered > 0 ? answered : row.Counts.TotalTokens > 0 ? row.Requests : 0;
            Cost += row.Cost;
            Counts += row.Counts;
        }
    }
}
