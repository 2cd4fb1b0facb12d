using Assay.Server.Proxy;
using Assay.Server.Routing;

namespace Assay.Server.Hosting;

/// <summary>What the way of a call is made of besides the ledger.</summary>
internal static class GatewayServices
{
    public static void AddGateway(this IServiceCollection services, AssayConfig config, AssayServerOptions options)
    {
        services.AddSingleton(_ => new RouteTable(config, options.Environment, options.Clock));
        services.AddSingleton<KeyRotation>();
    }
}
