using Assay.Server.Console;
using Assay.Server.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Assay.Server.Budgets;

internal static class BudgetSetup
{
    /// <summary>Asking for more and deciding about it. Needs an <see cref="IStore"/> and the API's services.</summary>
    public static IServiceCollection AddBudgetDesk(this IServiceCollection services)
    {
        services.TryAddSingleton(s => s.GetRequiredService<IStore>().BudgetRequests);
        services.TryAddSingleton<IBudgetEvents, NoBudgetEvents>();
        services.TryAddSingleton<IBudgetAlerts, NoBudgetAlerts>();
        services.TryAddSingleton(s => new BudgetWindows(s.GetRequiredService<IOptions<ConsoleOptions>>().Value.TimeZone));
        services.TryAddSingleton<GrantTerm>();
        services.TryAddSingleton(s => new BudgetLinks(
            s.GetRequiredService<IOptions<ConsoleOptions>>().Value.DataDirectory, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<GrantTerms>();
        services.TryAddSingleton<RequestDesk>();
        return services;
    }
}
