using Assay.Server.Directory;
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
        services.TryAddSingleton<SignalDesk>();
        return services;
    }

    /// <summary>The detectors, fed by the gateway.</summary>
    public static IServiceCollection AddAssaySignals(this IServiceCollection services, TimeZoneInfo zone)
    {
        services.AddSignalDesk();
        services.AddSingleton(s => new SignalEyes(
            s.GetRequiredService<DirectorySnapshots>(), zone, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SignalWatcher>();
        services.AddHostedService(s => s.GetRequiredService<SignalWatcher>());
        return services;
    }
}
