namespace Assay.Server.Budgets.Forecasting;

/// <summary>How much each weekday has of an average day: seven factors with the mean 1.</summary>
internal sealed class WeekdayShape
{
    /// <summary>So many weeks of evidence the mean of similar weekdays counts against a weekday's own days.</summary>
    private const double GroupWeeks = 4;

    /// <summary>So many weeks of evidence the flat week counts against a group of weekdays.</summary>
    private const double FlatWeeks = 1;

    private readonly double[] _factors;

    private WeekdayShape(double[] factors) => _factors = factors;

    public static WeekdayShape Flat { get; } = new([1, 1, 1, 1, 1, 1, 1]);

    public double this[DayOfWeek day] => _factors[(int)day];

    /// <summary>Whether the scope rests on this weekday: days of rest are only ever compared with days of rest.</summary>
    public bool IsRest(DayOfWeek day) => _factors[(int)day] < 0.5;

    /// <summary>
    /// The shape of complete days. With less than a week it is <paramref name="prior"/>; with more, each weekday is drawn
    /// towards the prior or, without one, towards the mean of the weekdays like it (working days, days of rest), which
    /// is drawn towards 1: strongly after one week, hardly after eight.
    /// </summary>
    public static WeekdayShape Of(ReadOnlySpan<double> days, DayOfWeek first, WeekdayShape? prior = null)
    {
        if (days.Length < 7)
        {
            return prior ?? Flat;
        }

        var (means, counts) = Means(days, first);
        var factors = prior is null ? Grouped(means, counts) : Towards(means, counts, prior);
        var mean = factors.Average();
        return mean <= 0 ? Flat : new WeekdayShape([.. factors.Select(f => f / mean)]);
    }

    /// <summary>Each weekday's mean share of the week around it. With five or more, the highest and lowest are left out.</summary>
    private static (double[] Means, int[] Counts) Means(ReadOnlySpan<double> days, DayOfWeek first)
    {
        var weeks = (days.Length / 7) + 1;
        var shares = new double[7 * weeks];
        var counts = new int[7];
        var week = Sum(days[..7]);
        for (int d = 0, start = 0; d < days.Length; d++)
        {
            var wanted = Math.Clamp(d - 3, 0, days.Length - 7);
            if (wanted > start)
            {
                week = Sum(days.Slice(wanted, 7));
                start = wanted;
            }

            if (week > 0)
            {
                var weekday = ((int)first + d) % 7;
                shares[(weekday * weeks) + counts[weekday]++] = 7 * days[d] / week;
            }
        }

        var means = new double[7];
        for (var weekday = 0; weekday < 7; weekday++)
        {
            var own = shares.AsSpan(weekday * weeks, counts[weekday]);
            own.Sort();
            var kept = own.Length >= 5 ? own[1..^1] : own;
            means[weekday] = kept.Length == 0 ? 1 : Sum(kept) / kept.Length;
        }

        return (means, counts);
    }

    private static double[] Grouped(double[] means, int[] counts)
    {
        var top = means.Max();
        var factors = new double[7];
        foreach (var rest in (ReadOnlySpan<bool>)[false, true])
        {
            var group = Enumerable.Range(0, 7).Where(d => means[d] < top / 2 == rest).ToArray();
            if (group.Length == 0)
            {
                continue;
            }

            var weeks = group.Average(d => counts[d]);
            var mean = ((group.Average(d => means[d]) * weeks) + FlatWeeks) / (weeks + FlatWeeks);
            foreach (var d in group)
            {
                factors[d] = ((means[d] * counts[d]) + (mean * GroupWeeks)) / (counts[d] + GroupWeeks);
            }
        }

        return factors;
    }

    private static double[] Towards(double[] means, int[] counts, WeekdayShape prior) =>
    [
        .. Enumerable.Range(0, 7).Select(d =>
            ((means[d] * counts[d]) + (prior._factors[d] * GroupWeeks)) / (counts[d] + GroupWeeks)),
    ];

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
