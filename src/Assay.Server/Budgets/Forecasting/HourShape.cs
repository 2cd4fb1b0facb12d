namespace Assay.Server.Budgets.Forecasting;

/// <summary>Which share of a day's spend has come by a time of day, for working days and days of rest.</summary>
internal sealed class HourShape
{
    /// <summary>So many days of evidence an even spread over the day counts against what was seen.</summary>
    private const double EvenDays = 1;

    private readonly double[] _work;
    private readonly double[] _rest;

    private HourShape(double[] work, double[] rest) => (_work, _rest) = (work, rest);

    public static HourShape Even { get; } = new(Accumulate(new double[24]), Accumulate(new double[24]));

    /// <summary>The shape of complete days, each with 24 values. Every day counts the same, however much was spent.</summary>
    /// <param name="days">The hours of the days, one after the other.</param>
    public static HourShape Of(ReadOnlySpan<long> days, DayOfWeek first)
    {
        var (work, rest) = (new double[24], new double[24]);
        for (var day = 0; day < days.Length / 24; day++)
        {
            var hours = days.Slice(day * 24, 24);
            double sum = 0;
            foreach (var hour in hours)
            {
                sum += Math.Max(hour, 0);
            }

            var weekday = (DayOfWeek)(((int)first + day) % 7);
            var kind = weekday is DayOfWeek.Saturday or DayOfWeek.Sunday ? rest : work;
            for (var hour = 0; hour < 24 && sum > 0; hour++)
            {
                kind[hour] += Math.Max(hours[hour], 0) / sum;
            }
        }

        return new HourShape(Accumulate(work), Accumulate(rest));
    }

    /// <summary>The share that has come when <paramref name="elapsed"/> of the day, from 0 to 1, is over.</summary>
    public double ShareBy(DayOfWeek weekday, double elapsed)
    {
        var shares = weekday is DayOfWeek.Saturday or DayOfWeek.Sunday ? _rest : _work;
        var at = Math.Clamp(elapsed, 0, 1) * 24;
        var hour = Math.Min((int)at, 23);
        return shares[hour] + ((shares[hour + 1] - shares[hour]) * (at - hour));
    }

    private static double[] Accumulate(double[] hours)
    {
        var total = hours.Sum() + EvenDays;
        var shares = new double[25];
        for (var hour = 0; hour < 24; hour++)
        {
            shares[hour + 1] = shares[hour] + ((hours[hour] + (EvenDays / 24)) / total);
        }

        return shares;
    }
}
