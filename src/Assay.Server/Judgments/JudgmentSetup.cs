using System.Collections;
using Assay.Server.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Assay.Server.Judgments;

internal static class JudgmentSetup
{
    /// <summary>What reading and deciding need: a store and a clock.</summary>
    public static IServiceCollection AddJudgments(this IServiceCollection services)
    {
        services.TryAddSingleton<JudgmentLibrary>();
        services.TryAddSingleton<SpendJoin>();
        services.TryAddSingleton<OutcomeJoin>();
        services.TryAddSingleton<DecisionDesk>();
        services.TryAddSingleton(_ => new AssayConfig());
        services.TryAddSingleton(s => new HostSecrets(s.GetRequiredService<AssayConfig>(), new Hashtable()));
        services.TryAddSingleton<RepositoryFetcher>();
        return services;
    }

    /// <summary>Registers the configured repositories and fetches them.</summary>
    public static IServiceCollection AddRepositoryFetcher(this IServiceCollection services, AssayConfig config, IDictionary environment)
    {
        services.AddSingleton(new HostSecrets(config, environment));
        services.AddSingleton<RepositoryFetcher>();
        services.AddHostedService(s => s.GetRequiredService<RepositoryFetcher>());
        return services;
    }
}
