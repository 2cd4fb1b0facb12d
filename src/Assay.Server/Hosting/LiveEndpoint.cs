using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Api;
using Assay.Server.Directory;
using Assay.Server.Metering;

namespace Assay.Server.Hosting;

/// <summary>Publishes <see cref="LiveHub"/>'s ticks once a second.</summary>
internal sealed class LivePublisher(LiveHub hub, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            hub.Publish();
        }
    }
}

/// <summary>
/// <c>GET /api/v1/live</c>: one server-sent event <c>tick</c> a second with this node's live totals. The publisher
/// ticks whether or not anything happened, which also keeps the connection alive.
/// </summary>
internal static class LiveEndpoint
{
    public static void MapLive(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/live", Watch)
            .WithTags("Live")
            .WithName("WatchLive")
            .WithSummary("Live totals as server-sent events; scope=me (default), team:ID or company.")
            .RequireAuthorization(Policies.SignedIn);

    private static IResult Watch(
        HttpContext http, Caller caller, LiveHub hub, string? scope, CancellationToken cancellation)
    {
        if (Filter(scope, caller.Rules) is not { } filter)
        {
            return TypedResults.Problem(
                "This key or role sees no such live totals: scope is me, team:ID (its managers) or company (finance, "
                + "auditors, administrators).",
                statusCode: StatusCodes.Status403Forbidden);
        }

        http.Response.Headers["X-Accel-Buffering"] = "no";
        return hub.Subscribe(filter, cancellation) is { } ticks
            ? TypedResults.ServerSentEvents(Events(ticks, hub.Now(filter), cancellation))
            : TypedResults.Problem(
                "Too many live views are open; try again later.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static LiveFilter? Filter(string? scope, AccessRules rules) => scope switch
    {
        // An agent's own calls are not told apart from its owner's here.
        null or "" or "me" => rules.Viewer.AgentId.Length == 0 ? LiveFilter.OfPerson(rules.Viewer.PersonId) : null,
        "company" => rules.SeesCompany ? LiveFilter.Company : null,
        _ when scope.StartsWith("team:", StringComparison.Ordinal) && rules.CanSeeUsageOfTeam(scope[5..]) =>
            LiveFilter.OfTeam(scope[5..]),
        _ => null,
    };

    private static async IAsyncEnumerable<SseItem<TickView>> Events(
        IAsyncEnumerable<LiveTick> ticks, LiveTick first, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // At once, so that a viewer need not wait for the next second to know that it is connected.
        yield return new SseItem<TickView>(TickView.Of(first), "tick");
        await foreach (var tick in ticks.WithCancellation(cancellation))
        {
            yield return new SseItem<TickView>(TickView.Of(tick), "tick");
        }
    }
}

/// <summary>A tick on the wire.</summary>
/// <param name="At">RFC 3339.</param>
/// <param name="InFlight">Calls under way.</param>
/// <param name="Minute">Sums of the last sixty seconds.</param>
/// <param name="Spark">Money of each of the last sixty seconds in nano-USD, oldest first.</param>
/// <param name="SinceStart">Sums since this node started.</param>
/// <param name="Latest">Calls that ended since the last tick.</param>
public sealed record TickView(
    DateTimeOffset At, int InFlight, CountView Minute, IReadOnlyList<long> Spark, CountView SinceStart,
    IReadOnlyList<LatestView> Latest)
{
    internal static TickView Of(LiveTick tick)
    {
        var minute = tick.Minute.Aggregate(default(LiveCount), (sum, second) => sum + second);
        return new TickView(
            DateTimeOffset.FromUnixTimeMilliseconds(tick.AtMs),
            tick.InFlight,
            CountView.Of(minute),
            [.. tick.Minute.Select(s => s.CostNanos)],
            CountView.Of(tick.Total),
            [.. tick.Latest.Select(LatestView.Of)]);
    }
}

/// <summary>Sums on the wire.</summary>
public sealed record CountView(long Requests, long Tokens, string CostUsd)
{
    internal static CountView Of(LiveCount count) =>
        new(count.Requests, count.Tokens, new NanoUsd(count.CostNanos).ToString());
}

/// <summary>A call that just ended, without who made it.</summary>
public sealed record LatestView(
    string Id, string Model, string UseCase, long Tokens, string CostUsd, string Outcome, bool Estimated)
{
    internal static LatestView Of(UsageEvent call) => new(
        call.RequestId.ToString(),
        call.Model,
        call.UseCase,
        call.Counts.TotalTokens,
        call.Cost.ToString(),
        call.Outcome.ToString(),
        call.Marks.HasFlag(UsageMarks.Estimated));
}
