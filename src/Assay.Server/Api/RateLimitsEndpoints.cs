using Assay.Server.Directory;

namespace Assay.Server.Api;

internal sealed record RateLimitView(
    string Id, string Scope, long? RequestsPerMinute, long? TokensPerMinute, int? ConcurrentStreams)
{
    public static RateLimitView Of(RateLimit limit, DirectorySnapshot directory) => new(
        limit.Id,
        ScopeText.Write(limit.Scope, directory),
        limit.RequestsPerMinute,
        limit.TokensPerMinute,
        limit.ConcurrentStreams);
}

internal sealed record RateLimitList(IReadOnlyList<RateLimitView> RateLimits, string? NextCursor);

internal static class RateLimitsEndpoints
{
    public static void MapRateLimits(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/rate-limits").WithTags("Rate limits");
        group.MapGet("/", List).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists the rate limits that bind the caller, or that they answer for.")
            .Produces<RateLimitList>()
            .TakesQuery("limit", "cursor");
        group.MapPut("/", Put).RequireAuthorization(Policies.Admin)
            .WithSummary("Sets the rate limit of a scope, in place of the one it has.")
            .Produces<RateLimitView>(StatusCodes.Status201Created).Produces<RateLimitView>();
        group.MapDelete("/{id}", Remove).RequireAuthorization(Policies.Admin)
            .WithSummary("Removes a rate limit.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(StatusCodes.Status404NotFound);
    }

    private static IResult List(Caller caller, HttpRequest request)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Number("limit", Page<RateLimit>.LimitDefault, 1, Page<RateLimit>.LimitMax);
        var cursor = query.Text("cursor");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var page = Page<RateLimit>.Of(
            caller.Directory.Data.RateLimits.Where(l => caller.Rules.CanSeeLimit(l.Scope)), l => l.Id, cursor, limit);
        return TypedResults.Ok(new RateLimitList(
            [.. page.Items.Select(l => RateLimitView.Of(l, caller.Directory))], page.NextCursor));
    }

    private static async Task<IResult> Put(
        JsonBody<PutRateLimit> body, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                var faults = new InputFaults();
                var scopeFault = ScopeText.Fault(wanted.Scope);
                var (scope, missing) = scopeFault is null ? ScopeText.Resolve(wanted.Scope!, directory) : (default, null);
                faults.AddIf("scope", scopeFault ?? missing);
                faults.AddIf("requestsPerMinute", InputRules.FaultInRate(wanted.RequestsPerMinute));
                faults.AddIf("tokensPerMinute", InputRules.FaultInRate(wanted.TokensPerMinute));
                faults.AddIf("concurrentStreams", InputRules.FaultInRate(wanted.ConcurrentStreams));
                faults.AddIf(
                    "requestsPerMinute",
                    wanted is { RequestsPerMinute: null, TokensPerMinute: null, ConcurrentStreams: null }
                        ? "is missing, and so are tokensPerMinute and concurrentStreams: give at least one."
                        : null);
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var existing = directory.Data.RateLimits.FirstOrDefault(l => l.Scope == scope);
                var limit = new RateLimit(
                    existing?.Id ?? DirectoryIds.NewRateLimit(clock),
                    scope,
                    wanted.RequestsPerMinute,
                    wanted.TokensPerMinute,
                    wanted.ConcurrentStreams);
                return existing == limit
                    ? Decision.Unchanged(after => TypedResults.Ok(RateLimitView.Of(limit, after)))
                    : Decision.Make(
                        new DirectoryChange.PutRateLimit(limit),
                        after => existing is null
                            ? TypedResults.Created($"/api/v1/rate-limits/{limit.Id}", RateLimitView.Of(limit, after))
                            : TypedResults.Ok(RateLimitView.Of(limit, after)));
            },
            ct);
    }

    private static async Task<IResult> Remove(string id, Caller caller, DirectoryEditor editor, CancellationToken ct) =>
        await editor.ChangeAsync(
            caller,
            directory => directory.Data.RateLimits.Any(l => l.Id == id)
                ? Decision.Make(new DirectoryChange.RemoveRateLimit(id), _ => TypedResults.NoContent())
                : Decision.Refuse(Problems.NotFound(
                    "rate limit", InputRules.Shorten(id), "See GET /api/v1/rate-limits for those there are.")),
            ct);
}
