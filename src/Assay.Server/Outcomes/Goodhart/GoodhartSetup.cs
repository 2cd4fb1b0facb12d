using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Assay.Server.Outcomes.Goodhart;

internal static class GoodhartSetup
{
    /// <summary>Registering and watching targets. Needs a store, the org's calendar and a clock.</summary>
    public static IServiceCollection AddGoodhart(this IServiceCollection services)
    {
        services.TryAddSingleton<GoodhartFigures>();
        services.TryAddSingleton<GoodhartDesk>();
        services.TryAddSingleton<Autopsies>();
        return services;
    }
}
