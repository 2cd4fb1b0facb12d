using System.Globalization;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;

namespace Assay.Server.Api;

/// <summary>How a budget's window will probably end; docs/forecast.md says how each number is computed.</summary>
/// <param name="Expected">The window's total at its end, in the budget's unit: as probably above as below.</param>
/// <param name="Low">With <paramref name="High"/> the interval that holds the total in four of five cases.</param>
/// <param name="Until">The last day that is looked at: the window's last, or 30 or 92 days on if it has no end.</param>
/// <param name="RunsOut">The day on which the limit is reached as probably as not; null if it lasts.</param>
/// <param name="Probability">How probable it is, from 0 to 1, that the limit is reached by then.</param>
/// <param name="Basis">own, parent or flat: what the shape of the week is from.</param>
/// <param name="HistoryDays">On how many complete days it rests.</param>
internal sealed record ForecastView(
    string Expected,
    string Low,
    string High,
    string Until,
    string? RunsOut,
    string? RunsOutEarliest,
    string? RunsOutLatest,
    double Probability,
    string Basis,
    int HistoryDays,
    string At)
{
    public static ForecastView? Of(Budget budget, BudgetOutlook? outlook) => outlook?.Forecast is not { } forecast ? null : new(
        BudgetAmount.Write(budget.Unit, forecast.Expected),
        BudgetAmount.Write(budget.Unit, forecast.Low),
        BudgetAmount.Write(budget.Unit, forecast.High),
        Day(forecast.LastDay)!,
        Day(forecast.RunsOut),
        Day(forecast.RunsOutEarliest),
        Day(forecast.RunsOutLatest),
        Math.Round(forecast.Probability, 2),
        DirectoryWords.Word(forecast.Basis),
        forecast.HistoryDays,
        Rfc3339.FormatMs(outlook.AtMs));

    public static string? ReasonOf(BudgetOutlook? outlook) => outlook?.Reason switch
    {
        null => null,
        NoForecast.NotYet => "notYet",
        NoForecast.NotEnoughHistory => "notEnoughHistory",
        NoForecast.BalanceUnknown => "balanceUnknown",
        _ => throw new InvalidOperationException($"Unknown reason for no forecast: {outlook.Reason}."),
    };

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
