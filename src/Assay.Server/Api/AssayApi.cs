using System.Text.Json.Serialization;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;
using Assay.Server.Exports;
using Assay.Server.Judgments;
using Assay.Server.Mcp;
using Assay.Server.Notifications;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Goodhart;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Signals;
using Assay.Server.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Assay.Server.Api;

/// <summary>The admin API under <c>/api/v1</c> and its OpenAPI document.</summary>
internal static class AssayApi
{
    public const string Prefix = "/api/v1";

    /// <summary>Needs an <see cref="IStore"/> and a <see cref="TimeProvider"/> among the services.</summary>
    public static IServiceCollection AddAssayApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(s => s.GetRequiredService<IStore>().Directory);
        services.TryAddSingleton(s => s.GetRequiredService<IStore>().Usage);
        services.TryAddSingleton<IBudgetBalances, UnknownBudgetBalances>();
        services.TryAddSingleton<DirectorySnapshots>();
        services.TryAddSingleton<DirectoryEditor>();
        services.AddBudgetDesk();
        services.AddBudgetForecasts();
        services.AddNotifier();
        services.AddJudgments();
        services.AddSignalDesk();
        services.AddOutcomeDesk();
        services.AddWorth();
        services.AddGoodhart();
        services.TryAddSingleton<AuthenticationSchemesRegistered>();
        services.AddHostedService<DirectoryPoller>();
        services.AddAssayAuthentication();
        services.AddProblemDetails();
        // The default takes numbers in quotes, and the document would say so of every number we write.
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        services.AddOpenApi("v1", ApiDocument.Configure);
        return services;
    }

    public static WebApplication MapAssayApi(this WebApplication app)
    {
        // What routing itself refuses (unknown path, wrong method, wrong content type) is told like everything else.
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal),
            api => api.UseExceptionHandler().UseStatusCodePages());
        var group = app.MapGroup(Prefix)
            .AddEndpointFilter<StoreFaultFilter>()
            .Refuses(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status401Unauthorized,
                StatusCodes.Status403Forbidden,
                StatusCodes.Status503ServiceUnavailable);
        group.MapMe();
        group.MapTeams();
        group.MapPeople();
        group.MapAgents();
        group.MapKeys();
        group.MapBudgets();
        group.MapBudgetRequests();
        group.MapRateLimits();
        group.MapNotifications();
        group.MapSignals();
        group.MapGoodhart();
        group.MapUsage();
        group.MapSpendForecast();
        group.MapExports();
        group.MapWorth();
        group.MapCompare();
        group.MapMeasures();
        group.MapExperiments();
        group.MapRequests();
        group.MapJudgments();
        group.MapRepositories();
        group.MapOutcomes();
        group.MapWebhooks();
        app.MapAssayMcp();
        app.MapOpenApi("/openapi/{documentName}.json");
        return app;
    }
}
