namespace Assay.Server.Budgets.Forecasting.BackTests;

/// <summary>A scope's spend whose future is known, to try forecasts on.</summary>
internal sealed class SpendSeries
{
    private SpendSeries(string name, DateOnly firstDay, long[] days, long[]? hours)
    {
        Name = name;
        FirstDay = firstDay;
        Days = days;
        Hours = hours;
    }

    public string Name { get; }

    public DateOnly FirstDay { get; }

    /// <summary>One value a day.</summary>
    public long[] Days { get; }

    /// <summary>24 values for each day; null if only days are known.</summary>
    public long[]? Hours { get; }

    public static SpendSeries OfDays(string name, DateOnly firstDay, long[] days) => new(name, firstDay, days, null);

    public static SpendSeries OfHours(string name, DateOnly firstDay, long[] hours)
    {
        var days = new long[hours.Length / 24];
        for (var day = 0; day < days.Length; day++)
        {
            days[day] = hours.AsSpan(day * 24, 24).Sum();
        }

        return new SpendSeries(name, firstDay, days, hours);
    }

    public int IndexOf(DateOnly day) => day.DayNumber - FirstDay.DayNumber;

    public long Sum(int from, int to) => Days.AsSpan(from..to).Sum();

    /// <summary>The mean of the last days before a day, or of as many as there are.</summary>
    public double Mean(int before, int days)
    {
        var from = Math.Max(0, before - days);
        return before == from ? 0 : Sum(from, before) / (double)(before - from);
    }
}
