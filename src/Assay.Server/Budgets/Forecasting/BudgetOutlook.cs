namespace Assay.Server.Budgets.Forecasting;

/// <summary>Why there is no forecast.</summary>
internal enum NoForecast : byte
{
    /// <summary>Nobody has looked yet: the budget is new, or the process is.</summary>
    NotYet,

    /// <summary>The scope has spent for fewer than two complete days.</summary>
    NotEnoughHistory,

    /// <summary>What the budget has spent in its window is not known.</summary>
    BalanceUnknown,
}

/// <summary>What a budget's window had by the end of each day so far, and what it allows.</summary>
/// <param name="FirstDay">The window's first day, or the first that is kept.</param>
/// <param name="Totals">One for each day up to today; today's is what there is so far.</param>
/// <param name="Elapsed">How much of today is over, from 0 to 1.</param>
/// <param name="FromNothing">Whether the window began with the first day, and with nothing spent.</param>
internal sealed record SpendCourse(
    DateOnly FirstDay, IReadOnlyList<long> Totals, long Limit, double Elapsed, bool FromNothing);

/// <summary>A budget's forecast, or why there is none.</summary>
/// <param name="Course">What led there; null if it is not known.</param>
/// <param name="AtMs">When it was made, in Unix milliseconds; 0 for never.</param>
internal sealed record BudgetOutlook(BudgetForecast? Forecast, NoForecast? Reason, SpendCourse? Course, long AtMs)
{
    public static BudgetOutlook NotYet { get; } = new(null, NoForecast.NotYet, null, 0);
}
