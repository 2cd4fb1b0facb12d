using Assay.Server.Console;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Assay.Server.Budgets.Forecasting;

internal static class ForecastSetup
{
    /// <summary>Forecasts for pages and the API. Whoever wants them made registers the hosted service too.</summary>
    public static IServiceCollection AddBudgetForecasts(this IServiceCollection services)
    {
        services.TryAddSingleton<IBudgetForecastEvents, NoBudgetForecastEvents>();
        services.TryAddSingleton(s => new BudgetWindows(s.GetRequiredService<IOptions<ConsoleOptions>>().Value.TimeZone));
        services.TryAddSingleton<OrgDays>();
        services.TryAddSingleton<SpendHistories>();
        services.TryAddSingleton<SpendProjections>();
        services.TryAddSingleton<BudgetForecasts>();
        return services;
    }
}
