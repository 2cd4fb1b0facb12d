using Assay.Server.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Assay.Server.Outcomes.Worth;

internal static class WorthSetup
{
    /// <summary>Spend joined to outcomes. Needs an <see cref="IStore"/>.</summary>
    public static IServiceCollection AddWorth(this IServiceCollection services)
    {
        services.TryAddSingleton(s => s.GetRequiredService<IStore>().Outcomes);
        services.TryAddSingleton(s => new WorthReader(s.GetRequiredService<IOutcomeStore>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
