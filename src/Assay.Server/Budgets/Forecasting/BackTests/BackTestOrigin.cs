namespace Assay.Server.Budgets.Forecasting.BackTests;

/// <summary>One moment of the past: what was forecast then, by us and by simpler means, and what came.</summary>
/// <param name="Posted">What the window had already.</param>
/// <param name="Truth">What the window had in the end.</param>
/// <param name="RunRate">The window's total if every hour goes on as the window's hours so far did on average.</param>
/// <param name="LastWeek">The window's total if every day is like the same weekday last week.</param>
/// <param name="HasLimit">Whether the window before gave a limit that was not reached yet.</param>
/// <param name="RanOut">The day that reached it.</param>
internal sealed record BackTestOrigin(
    string Series,
    BudgetForecast Forecast,
    long Posted,
    long Truth,
    double RunRate,
    double LastWeek,
    bool HasLimit,
    DateOnly? RanOut);
