using Assay.Server.Console;
using Assay.Server.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Assay.Server.Outcomes.Goodhart;

internal static class GoodhartSetup
{
    /// <summary>Registering and watching targets. Needs an <see cref="IStore"/>.</summary>
    public static IServiceCollection AddGoodhart(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new GoodhartFigures(
            s.GetRequiredService<IStore>(), s.GetRequiredService<IOptions<ConsoleOptions>>().Value.TimeZone, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<GoodhartDesk>();
        services.TryAddSingleton<Autopsies>();
        return services;
    }
}
