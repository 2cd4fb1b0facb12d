using System.Runtime.InteropServices;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>
/// What was believed about a scope before each day of its history, from the days before it alone: the level of an
/// average day and the shape of the week. The errors of those beliefs are what uncertainty is drawn from.
/// </summary>
internal sealed class SpendModel
{
    /// <summary>A single day moves the level as if it had at most so many times what was expected of it.</summary>
    private const double SurpriseMax = 4;

    /// <summary>A working day with less than this share of what was expected may be a holiday.</summary>
    private const double HolidayShare = 0.1;

    /// <summary>After so many days a day counts half.</summary>
    private const double ShortHalfLife = 5;

    private const double LongHalfLife = 21;

    private readonly double[] _days;
    private readonly DayOfWeek _first;
    private readonly WeekdayShape[] _shapes;
    private readonly double[] _levels;
    private readonly double[] _longRun;

    public SpendModel(SpendHistory history, WeekdayShape? prior)
    {
        _days = [.. history.Days.Select(d => (double)Math.Max(d, 0))];
        _first = history.FirstDay.DayOfWeek;
        _shapes = ShapesOf(_days, _first, prior);
        _longRun = new double[_days.Length + 1];
        _levels = LevelsOf();
    }

    /// <summary>How many complete days are known; what is asked about day <see cref="Count"/> is about today.</summary>
    public int Count => _days.Length;

    public double Day(int day) => _days[day];

    public DayOfWeek WeekdayOf(int day) => (DayOfWeek)(((int)_first + day) % 7);

    /// <summary>The shape that was known before a day.</summary>
    public WeekdayShape ShapeAt(int day) => _shapes[day / 7];

    /// <summary>The level that was known before a day.</summary>
    public double LevelAt(int day) => _levels[day];

    /// <summary>The level of all days before a day, to which scopes tend to return.</summary>
    public double LongRunAt(int day) => _longRun[day];

    // Learned anew once a week, which is often enough and cheap.
    private static WeekdayShape[] ShapesOf(double[] days, DayOfWeek first, WeekdayShape? prior)
    {
        var shapes = new WeekdayShape[(days.Length / 7) + 1];
        for (var week = 0; week < shapes.Length; week++)
        {
            shapes[week] = WeekdayShape.Of(days.AsSpan(0, week * 7), first, prior);
        }

        return shapes;
    }

    /// <summary>
    /// A day counts by what its weekday usually has of a week, so that an empty Sunday says little and a full Monday
    /// much: the level is what was spent over what the weekdays promised, both with a memory that fades. Two memories
    /// are averaged; neither the short one nor the long one is best everywhere.
    /// </summary>
    private double[] LevelsOf()
    {
        var levels = new double[_days.Length + 1];
        var shortly = new Memory(ShortHalfLife);
        var longly = new Memory(LongHalfLife);
        var always = new Memory(double.PositiveInfinity);
        double total = 0;
        var holidays = 0;
        for (var day = 0; day < _days.Length; day++)
        {
            var (value, factor) = (_days[day], ShapeAt(day)[WeekdayOf(day)]);
            total += value;
            var expected = levels[day] * factor;
            if (day >= 7 && expected > 0)
            {
                if (factor > 0.5 && value < expected * HolidayShare && holidays * 8 < day)
                {
                    // Seldom enough to be holidays: a closed office says nothing about the days after it.
                    holidays++;
                    levels[day + 1] = levels[day];
                    _longRun[day + 1] = _longRun[day];
                    continue;
                }

                value = Math.Min(value, SurpriseMax * levels[day] * Math.Max(factor, 0.3));
            }

            shortly.Add(value, factor);
            longly.Add(value, factor);
            always.Add(value, factor);
            _longRun[day + 1] = always.Level;

            // The level never falls so far that what comes back looks like a miracle.
            levels[day + 1] = Math.Max(
                (shortly.Level + longly.Level) / 2, 0.1 * total / (day + 1));
        }

        levels[0] = _days.Length > 0 ? levels[1] : 0;
        return levels;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Memory(double halfLifeDays)
    {
        private readonly double _keep = Math.Pow(0.5, 1 / halfLifeDays);
        private double _spent;
        private double _promised;

        public readonly double Level => _promised > 0 ? _spent / _promised : 0;

        public void Add(double spent, double promised)
        {
            _spent = (_spent * _keep) + spent;
            _promised = (_promised * _keep) + promised;
        }
    }
}
