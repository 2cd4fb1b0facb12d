using Assay.Server.Directory;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>A budget will probably run out before its window ends.</summary>
/// <param name="Window">The window it is about; a rolling one or one without an end is named by the day of the warning.</param>
/// <param name="Limit">What the budget allows, with grants and loans.</param>
internal sealed record BudgetForecastWarning(
    Budget Budget, WindowDays Window, long Limit, long Posted, BudgetForecast Forecast)
{
    /// <summary>The same for the same budget and window, on every node and after a restart: tell people once.</summary>
    public string Key => $"forecast:{Budget.Id}@{Window.From:yyyy-MM-dd}";
}

/// <summary>
/// Told once for each budget and window by this process. Nodes forecast each for themselves, and a restarted one begins
/// anew: whoever tells people keeps <see cref="BudgetForecastWarning.Key"/>. What it throws is logged and changes nothing.
/// </summary>
internal interface IBudgetForecastEvents
{
    ValueTask WarnAsync(BudgetForecastWarning warning, CancellationToken ct = default);
}

/// <summary>What stands in while nobody listens.</summary>
internal sealed class NoBudgetForecastEvents : IBudgetForecastEvents
{
    public ValueTask WarnAsync(BudgetForecastWarning warning, CancellationToken ct = default) => ValueTask.CompletedTask;
}
