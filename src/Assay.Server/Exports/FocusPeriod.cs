using System.Globalization;
using System.Runtime.InteropServices;
using Assay.Server.Budgets;
using Assay.Server.Directory;

namespace Assay.Server.Exports;

/// <summary>When a charge was made, and the month on whose statement it stands; ends are exclusive.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FocusPeriod(
    DateTimeOffset Start, DateTimeOffset End, DateTimeOffset BillingStart, DateTimeOffset BillingEnd)
{
    /// <summary>The period of a row that is grouped by day or by hour.</summary>
    /// <param name="group">The day, as in <c>2026-08-21</c>, or the start of the hour with its offset.</param>
    /// <param name="day">The org's day that it is in.</param>
    /// <param name="windows">The org's calendar.</param>
    public static FocusPeriod Of(string group, DateOnly day, BudgetWindows windows)
    {
        var month = windows.At(BudgetWindow.Month, windows.StartOf(day));
        var (start, end) = (windows.StartOf(day), windows.StartOf(day.AddDays(1)));
        if (group.Contains('T', StringComparison.Ordinal))
        {
            start = DateTimeOffset.Parse(group, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

            // Where clocks change by half an hour, the last hour of a day may be cut short.
            end = Math.Min(end, start + 3_600_000);
        }

        return new FocusPeriod(At(start), At(end), At(month.StartMs), At(month.EndMs));
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
