using Assay.Server.Console;
using Assay.Server.Console.Models;
using Assay.Server.Outcomes.Sightings;
using Assay.Server.Proxy;
using Assay.Server.Proxy.Caching;
using Assay.Server.Proxy.Realtime;
using Assay.Server.Proxy.Waiting;
using Assay.Server.Routing;
using Assay.Server.Routing.Shares;

namespace Assay.Server.Hosting;

/// <summary>What the way of a call is made of besides the ledger.</summary>
internal static class GatewayServices
{
    public static void AddGateway(this IServiceCollection services, AssayConfig config, AssayServerOptions options)
    {
        services.AddSingleton(_ => new RouteTable(config, options.Environment, options.Clock));
        services.AddSingleton<KeyRotation>();
        services.AddSingleton<ShadowCalls>();
        services.AddHostedService(s => s.GetRequiredService<ShadowCalls>());
        services.AddSingleton<CommitSightings>();
        services.AddHostedService(s => s.GetRequiredService<CommitSightings>());
        services.AddHostedService<SocketTurns>();
        services.AddSingleton<TokenCount>();
        services.AddSingleton<WaitingRoom>();
        services.AddSingleton<AnswerCache>();
        services.AddSingleton<CachedCalls>();
        services.AddSingleton<SessionUpstream>();
        services.AddSingleton<SessionPump>();
        services.AddSingleton<RealtimeSession>();
        services.AddSingleton<LiveSession>();
        services.AddSingleton<ShareReport>();
        services.AddSingleton<ModelsReport>();
        services.AddStandingFigure<ModelsReport>((report, _, ct) => report.ReadAsync(withShares: true, ct));
    }

    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        routes.MapShares();
        routes.MapModelsPage();
    }
}
