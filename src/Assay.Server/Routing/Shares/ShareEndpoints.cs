using System.Text.Json.Serialization;
using Assay.Server.Api;
using Assay.Server.Directory;
using Assay.Server.Proxy.Caching;

namespace Assay.Server.Routing.Shares;

/// <summary><c>GET /api/v1/routes/shares</c>: for those who see the whole company.</summary>
internal static class ShareEndpoints
{
    private sealed record TargetView(
        string Provider,
        string Model,
        [property: JsonConverter(typeof(JsonStringEnumConverter<ShareRole>))] ShareRole Role,
        bool InHouse,
        long Requests,
        long Tokens,
        string CostUsd,
        string SavedUsd);

    private sealed record OutcomesView(
        [property: JsonConverter(typeof(JsonStringEnumConverter<ShareVerdict>))] ShareVerdict Verdict,
        long InHouseSettled,
        long InHouseFinished,
        long OutsideSettled,
        long OutsideFinished,
        int Needed,
        double? Difference,
        double? Low,
        double? High,
        string InWords);

    private sealed record RouteView(
        string Route,
        string Policy,
        string Alternative,
        long Requests,
        long InHouseRequests,
        long Tokens,
        long InHouseTokens,
        string CostUsd,
        string SavedUsd,
        string ShadowCostUsd,
        OutcomesView? Outcomes,
        IReadOnlyList<TargetView> Targets);

    private sealed record CacheView(int Entries, long Bytes, long Hits, long Misses, string SavedUsd);

    private sealed record Page(string From, string To, IReadOnlyList<RouteView> Routes, CacheView Cache);

    public static void MapShares(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/routes/shares", ReadAsync).WithTags("Routes").RequireAuthorization(Policies.SignedIn)
            .WithSummary("How much of each route ran in the house, what that saved, and whether the work held.")
            .TakesQuery("from", "to");

    private static async Task<IResult> ReadAsync(
        Caller caller, HttpRequest request, ShareReport report, AnswerCache cache, TimeProvider clock, CancellationToken ct)
    {
        if (caller.Rules.Reach != UsageReach.Company)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, detail: "Only company-wide roles see this.");
        }

        var query = new QueryReader(request.Query);
        var to = query.Time("to") ?? clock.GetUtcNow();
        var from = query.Time("from") ?? to.AddDays(-30);
        if (from >= to)
        {
            query.Faults.Add("from", "is not before 'to': give a range of time that begins before it ends.");
        }

        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var shares = await report.AskWithOutcomesAsync(from, to, ct);
        var kept = cache.Figures;
        return TypedResults.Ok(new Page(
            Rfc3339.Format(from),
            Rfc3339.Format(to),
            [.. shares.Select(View)],
            new CacheView(kept.Entries, kept.Bytes, kept.Hits, kept.Misses, kept.Saved.ToString())));
    }

    private static RouteView View(RouteShare share) => new(
        share.Route,
        share.Policy,
        share.Alternative,
        share.Requests,
        share.InHouseRequests,
        share.Tokens,
        share.InHouseTokens,
        share.Cost.ToString(),
        share.Saved.ToString(),
        share.ShadowCost.ToString(),
        share.Outcomes is not { } held ? null : new OutcomesView(
            held.Verdict, held.InHouseSettled, held.InHouseFinished, held.OutsideSettled, held.OutsideFinished, held.Needed,
            held.Difference, held.Low, held.High, held.InWords),
        [.. share.Targets.Select(target => new TargetView(
            target.Provider, target.Model, target.Role, target.InHouse, target.Requests, target.Tokens,
            target.Cost.ToString(), target.Saved.ToString()))]);
}
