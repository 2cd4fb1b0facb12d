namespace Assay.Server.Budgets.Forecasting;

/// <summary>Everything a forecast is made from. Days are days in the org's time zone, amounts nano-USD or tokens.</summary>
/// <param name="History">What was spent on the days up to yesterday.</param>
/// <param name="Today">The day after the history's last.</param>
/// <param name="DayElapsed">How much of today is over, from 0 to 1.</param>
/// <param name="SpentToday">What was spent today so far.</param>
/// <param name="Posted">What counts against the budget in its window so far, today included.</param>
/// <param name="Until">The first day after the window, and later than today.</param>
/// <param name="Limit">What the budget allows in the window, with grants and loans.</param>
internal sealed record ForecastQuestion(
    SpendHistory History, DateOnly Today, double DayElapsed, long SpentToday, long Posted, DateOnly Until, long Limit)
{
    /// <summary>The farthest end: a quarter's. A window that ends later, or never, is asked about this far.</summary>
    public const int HorizonMax = 92;

    /// <summary>The shape of the week of the scope above, for a scope too young to have its own.</summary>
    public WeekdayShape? ParentShape { get; init; }

    /// <summary>When in a day spend comes.</summary>
    public HourShape Hours { get; init; } = HourShape.Even;

    /// <summary>For a window that moves: what leaves it on each day from today on. Empty for windows that stand.</summary>
    public IReadOnlyList<long> Leaving { get; init; } = [];

    public int Horizon => Math.Clamp(Until.DayNumber - Today.DayNumber, 1, HorizonMax);
}
