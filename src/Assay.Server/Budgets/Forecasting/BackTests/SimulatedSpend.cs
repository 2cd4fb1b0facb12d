namespace Assay.Server.Budgets.Forecasting.BackTests;

/// <summary>
/// A workforce that spends, from a seed: people who rest at weekends, are away, join, and have heavy and light days;
/// teams of such people; agents that never sleep and run batches; scopes that grow, burst, change their level, and work
/// hardest when a month closes. Public holidays close the office for all.
/// </summary>
/// <remarks>
/// A person's day is lognormal with a deviation of 1.28, which agrees with the published 13 USD a day on average and
/// 30 USD at the 90th percentile of people who code with agents; weekends have a third of a working day's load.
/// </remarks>
internal static class SimulatedSpend
{
    public const int DayCount = 190;

    public static DateOnly FirstDay { get; } = new(2026, 1, 1);

    // One working day in a month or so.
    private static readonly HashSet<int> s_holidays = [0, 50, 92, 95, 120, 133, 144, 174];

    // From midnight: hardly anything at night, a dip at noon.
    private static readonly double[] s_office =
        [.3, .2, .2, .2, .2, .3, .8, 2, 5, 8, 9, 8, 5, 7, 9, 9, 8, 6, 4, 3, 2, 1.5, 1, .5];

    /// <summary>The series of one workforce: a dozen kinds, each a few times.</summary>
    public static IReadOnlyList<SpendSeries> Workforce(int seed, int each = 3)
    {
        var random = new Random(seed);
        var series = new List<SpendSeries>();
        for (var i = 0; i < each; i++)
        {
            Add("person", Person(random, 1.28, 0.25));
            Add("light person", Person(random, 1.0, 0.1));
            Add("small team", Sum(6, () => Person(random, 1.28, 0.25)));
            Add("team", Sum(25, () => Person(random, 1.28, 0.25)));
            Add("org", Sum(120, () => Person(random, 1.28, 0.25)));
            Add("agent", Agent(random, batch: false));
            Add("agent with batches", Agent(random, batch: true));
            Add("growing team", Grow(Sum(12, () => Person(random, 1.28, 0.25)), random.NextDouble() * 0.01));
            Add("bursting team", Burst(Sum(12, () => Person(random, 1.28, 0.25)), random));
            Add("changing team", Change(Sum(12, () => Person(random, 1.28, 0.25)), random));
            Add("finance team", CloseMonths(Sum(8, () => Person(random, 1.0, 0.1)), 2 + (2 * random.NextDouble())));
            Add("new joiner", Join(Person(random, 1.0, 0.1), 20 + random.Next(130)));
        }

        return series;

        void Add(string kind, double[] days) =>
            series.Add(SpendSeries.OfHours(
                $"{kind} {seed}.{series.Count / 12}",
                FirstDay,
                HoursOf(days, kind.StartsWith("agent", StringComparison.Ordinal), random)));
    }

    private static double[] Person(Random random, double sigma, double idle)
    {
        // Work comes in phases: what a person needs drifts over weeks, and some days there is nothing to ask.
        var level = 13 * Math.Exp(1.2 * Normal(random));
        var (phase, awayUntil) = (0.0, -1);
        var days = new double[DayCount];
        for (var d = 0; d < DayCount; d++)
        {
            phase = (0.9 * phase) + (0.2 * Normal(random));
            if (random.NextDouble() < 0.008)
            {
                awayUntil = d + 3 + random.Next(12);
            }

            var isWeekend = IsWeekend(d);
            if (d < awayUntil || random.NextDouble() < (isWeekend || s_holidays.Contains(d) ? 0.85 : idle))
            {
                continue;
            }

            days[d] = level * Math.Exp(phase + (sigma * Normal(random)) - (sigma * sigma / 2)) * (isWeekend ? 0.6 : 1);
        }

        return days;
    }

    private static double[] Agent(Random random, bool batch)
    {
        var level = 40 * Math.Exp(Normal(random));
        var (batchDay, phase) = (random.Next(7), 0.0);
        var days = new double[DayCount];
        for (var d = 0; d < DayCount; d++)
        {
            phase = (0.95 * phase) + (0.08 * Normal(random));
            days[d] = level * Math.Exp(phase + (0.25 * Normal(random)));
            if (batch && (int)FirstDay.AddDays(d).DayOfWeek == batchDay)
            {
                days[d] *= 6;
            }
        }

        return days;
    }

    private static double[] Grow(double[] days, double perDay) =>
        [.. days.Select((day, d) => day * Math.Exp(perDay * d))];

    private static double[] Burst(double[] days, Random random)
    {
        for (var d = 0; d < days.Length; d++)
        {
            if (random.NextDouble() < 0.03)
            {
                days[d] *= 3 + (5 * random.NextDouble());
            }
        }

        return days;
    }

    private static double[] Change(double[] days, Random random)
    {
        var factor = 1.0;
        for (var d = 0; d < days.Length; d++)
        {
            if (random.NextDouble() < 0.015)
            {
                factor = Math.Exp(0.8 * Normal(random));
            }

            days[d] *= factor;
        }

        return days;
    }

    private static double[] CloseMonths(double[] days, double factor)
    {
        for (var d = 0; d < days.Length; d++)
        {
            // The last three and the first two days of a month.
            var day = FirstDay.AddDays(d);
            if (day.Day <= 2 || day.AddDays(3).Month != day.Month)
            {
                days[d] *= factor;
            }
        }

        return days;
    }

    private static double[] Join(double[] days, int first)
    {
        days.AsSpan(0, first).Clear();
        return days;
    }

    private static double[] Sum(int people, Func<double[]> person)
    {
        var sum = new double[DayCount];
        for (var i = 0; i < people; i++)
        {
            foreach (var (d, day) in person().Index())
            {
                sum[d] += day;
            }
        }

        return sum;
    }

    private static long[] HoursOf(double[] days, bool always, Random random)
    {
        var hours = new long[days.Length * 24];
        Span<double> shares = stackalloc double[24];
        for (var d = 0; d < days.Length; d++)
        {
            double sum = 0;
            for (var h = 0; h < 24; h++)
            {
                sum += shares[h] = (always ? 1 : s_office[h]) * Math.Exp(0.7 * Normal(random));
            }

            for (var h = 0; h < 24; h++)
            {
                hours[(d * 24) + h] = (long)(days[d] * 1e9 * shares[h] / sum);
            }
        }

        return hours;
    }

    private static bool IsWeekend(int day) => FirstDay.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}
