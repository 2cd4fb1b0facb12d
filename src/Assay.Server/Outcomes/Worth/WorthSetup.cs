using Assay.Server.Judgments;
using Assay.Server.Outcomes.Experiments;
using Assay.Server.Outcomes.Measures;
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
        services.TryAddSingleton(s => new ExperimentReader(s.GetRequiredService<WorthReader>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new MeasuresReader(
            s.GetRequiredService<IStore>(), s.GetRequiredService<WorthReader>(), s.GetRequiredService<JudgmentLibrary>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
