using System.Collections;
using Assay.Server.Hosting;
using Assay.Server.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Assay.Server.Outcomes;

internal static class OutcomeSetup
{
    /// <summary>Taking and showing outcomes. Needs an <see cref="IStore"/> and a clock.</summary>
    public static IServiceCollection AddOutcomeDesk(this IServiceCollection services)
    {
        services.TryAddSingleton(s => s.GetRequiredService<IStore>().Outcomes);
        services.TryAddSingleton(_ => new AssayConfig());
        services.TryAddSingleton(s => new OutcomeSources(s.GetRequiredService<AssayConfig>(), new Hashtable()));
        services.TryAddSingleton<OutcomeDesk>();
        services.TryAddSingleton<Api.Webhooks>();
        return services;
    }
}
