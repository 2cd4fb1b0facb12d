using System.Runtime.InteropServices;
using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>A window of a budget in whole days of the org's time zone.</summary>
/// <param name="From">Its first day.</param>
/// <param name="Until">The first day after it; null if it has no end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WindowDays(DateOnly From, DateOnly? Until)
{
    public const int RollingDays = 30;

    /// <summary>The window that a day belongs to. A rolling window begins 30 days ago and moves on with the day.</summary>
    public static WindowDays Of(BudgetWindow window, DateOnly day)
    {
        switch (window)
        {
            case BudgetWindow.Day:
                return new(day, day.AddDays(1));
            case BudgetWindow.Week:
                // ISO 8601: weeks begin on Monday.
                var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
                return new(monday, monday.AddDays(7));
            case BudgetWindow.Month:
                var first = new DateOnly(day.Year, day.Month, 1);
                return new(first, first.AddMonths(1));
            case BudgetWindow.Quarter:
                var quarter = new DateOnly(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1);
                return new(quarter, quarter.AddMonths(3));
            case BudgetWindow.Total:
                return new(DateOnly.MinValue, null);
            case BudgetWindow.Rolling30D:
                return new(day.AddDays(-RollingDays), null);
            default:
                throw new InvalidOperationException($"Unknown window of a budget: {window}.");
        }
    }
}
