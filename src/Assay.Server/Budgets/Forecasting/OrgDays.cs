namespace Assay.Server.Budgets.Forecasting;

/// <summary>Days in the org's time zone.</summary>
internal sealed class OrgDays(BudgetWindows windows)
{
    /// <summary>The day that a moment is in, and how much of it is over, from 0 to 1.</summary>
    public (DateOnly Day, double Elapsed) At(DateTimeOffset moment)
    {
        var ms = moment.ToUnixTimeMilliseconds();
        var day = windows.DayOf(ms);
        var (start, next) = (windows.StartOf(day), windows.StartOf(day.AddDays(1)));
        return (day, (ms - start) / (double)(next - start));
    }

    /// <summary>The first instant of a day.</summary>
    public DateTimeOffset StartOf(DateOnly day) => DateTimeOffset.FromUnixTimeMilliseconds(windows.StartOf(day));
}
