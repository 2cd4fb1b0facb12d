using System.Globalization;
using System.Runtime.InteropServices;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Budgets;

/// <summary>One window of a budget.</summary>
/// <param name="Key">Names it among the windows of its kind: its first day, or a word.</param>
/// <param name="StartMs">Its first instant, in Unix milliseconds.</param>
/// <param name="EndMs">The first instant behind it; <see cref="long.MaxValue"/> if it has no end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BudgetSpan(string Key, long StartMs, long EndMs)
{
    public bool Contains(long ms) => StartMs <= ms && ms < EndMs;
}

/// <summary>
/// Where windows begin and end in the org's time zone. Nothing is ever reset: which window a moment belongs to is
/// computed, and a window that nobody has spent in yet is simply empty.
/// </summary>
internal sealed class BudgetWindows(TimeZoneInfo zone)
{
    public const long RollingMs = 30L * 24 * 3_600_000;

    private readonly LocalCalendar _calendar = new(zone);

    /// <summary>The window that a moment belongs to.</summary>
    public BudgetSpan At(BudgetWindow window, long ms)
    {
        if (window is BudgetWindow.Total or BudgetWindow.Rolling30D)
        {
            return new BudgetSpan(window == BudgetWindow.Total ? "total" : BudgetAccounts.Rolling, 0, long.MaxValue);
        }

        var days = WindowDays.Of(window, DayOf(ms));
        return new BudgetSpan(
            days.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StartOf(days.From), StartOf(days.Until!.Value));
    }

    /// <summary>From when on spending counts at a moment: the start of the window, or 30 days ago.</summary>
    public long CountsFrom(BudgetWindow window, long ms) =>
        window == BudgetWindow.Rolling30D ? Math.Max(0, ms - RollingMs) : At(window, ms).StartMs;

    /// <summary>The first instant of a day. Where the clocks skip midnight, the day begins later.</summary>
    public long StartOf(DateOnly day)
    {
        // No clock is changed at noon, so noon is always that day's.
        var noon = day.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Unspecified);
        var utc = TimeZoneInfo.ConvertTimeToUtc(noon, zone);
        return _calendar.DayStart(new DateTimeOffset(utc).ToUnixTimeMilliseconds());
    }

    /// <summary>The org's day at a moment.</summary>
    public DateOnly DayOf(long ms)
    {
        var number = _calendar.Of(ms).Day;
        return new DateOnly(number / 10_000, number / 100 % 100, number % 100);
    }
}
