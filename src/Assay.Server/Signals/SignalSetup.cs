using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Signals.Actions;
using Assay.Server.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Assay.Server.Signals;

internal static class SignalSetup
{
    /// <summary>Seeing and answering signals. Needs an <see cref="IStore"/> and a notifier.</summary>
    public static IServiceCollection AddSignalDesk(this IServiceCollection services)
    {
        services.TryAddSingleton(s => s.GetRequiredService<IStore>().Signals);
        services.TryAddSingleton<SignalNotices>();
        services.TryAddSingleton(_ => new AssayConfig());
        services.TryAddSingleton(s => new SignalPolicy(s.GetRequiredService<AssayConfig>().Signals));
        services.TryAddSingleton<Restraints>();
        services.TryAddSingleton<SignalDecisions>();
        services.TryAddSingleton<SignalDesk>();
        return services;
    }

    /// <summary>The detectors, fed by the gateway.</summary>
    public static IServiceCollection AddAssaySignals(this IServiceCollection services, TimeZoneInfo zone, string dataDirectory)
    {
        services.AddSignalDesk();
        services.AddSingleton<SignalGate>();
        services.AddSingleton(s => new SignalEyes(
            s.GetRequiredService<DirectorySnapshots>(), zone, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<SignalPolicy>().Sessions));
        services.TryAddSingleton(s => s.GetRequiredService<IStore>().Outcomes);
        services.AddSingleton<AcceptedOutcomes>();
        services.AddSingleton(s => new SignalMemory(dataDirectory, s.GetRequiredService<ILogger<SignalMemory>>()));
        services.AddSingleton<SignalWatcher>();
        services.AddHostedService(s => s.GetRequiredService<SignalWatcher>());
        return services;
    }
}
