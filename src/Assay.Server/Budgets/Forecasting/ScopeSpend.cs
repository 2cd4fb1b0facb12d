using Assay.Server.Directory;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>What one scope spent, in both units: <see cref="SpendHistories.DaysKept"/> complete days and today.</summary>
internal sealed class ScopeSpend
{
    private readonly long[] _money = new long[SpendHistories.DaysKept + 1];
    private readonly long[] _tokens = new long[SpendHistories.DaysKept + 1];
    private int _today;

    /// <summary>The day of the last value.</summary>
    public DateOnly Today => DateOnly.FromDayNumber(_today);

    /// <summary>Moves on to a day: values of days too long ago go, those of new days are 0.</summary>
    public void MoveTo(DateOnly today)
    {
        var days = Math.Clamp(today.DayNumber - _today, 0, _money.Length);
        foreach (var amounts in (ReadOnlySpan<long[]>)[_money, _tokens])
        {
            amounts.AsSpan(days).CopyTo(amounts);
            amounts.AsSpan(amounts.Length - days).Clear();
        }

        _today = Math.Max(_today, today.DayNumber);
    }

    public void Clear(DateOnly from)
    {
        var index = Math.Max(0, IndexOf(from));
        _money.AsSpan(index).Clear();
        _tokens.AsSpan(index).Clear();
    }

    public void Add(DateOnly day, long money, long tokens)
    {
        var index = IndexOf(day);
        if (index >= 0 && index < _money.Length)
        {
            _money[index] = Saturating(_money[index], money);
            _tokens[index] = Saturating(_tokens[index], tokens);
        }
    }

    public long TodayIn(BudgetUnit unit) => In(unit)[^1];

    /// <summary>The complete days.</summary>
    public SpendHistory HistoryIn(BudgetUnit unit) =>
        new(Today.AddDays(-SpendHistories.DaysKept), new ArraySegment<long>(In(unit), 0, SpendHistories.DaysKept));

    /// <summary>What was spent since the beginning of a day; of what is kept.</summary>
    public long Since(DateOnly day, BudgetUnit unit)
    {
        long sum = 0;
        foreach (var amount in In(unit).AsSpan(Math.Max(0, IndexOf(day))))
        {
            sum = Saturating(sum, amount);
        }

        return sum;
    }

    /// <summary>
    /// What leaves a rolling window on each day from today on: what was spent 30 days before. Today a part has left
    /// already, which is taken to be as much of it as there is of today.
    /// </summary>
    public long[] LeavingRolling(BudgetUnit unit, double elapsed)
    {
        var leaving = In(unit).AsSpan(SpendHistories.DaysKept - WindowDays.RollingDays, WindowDays.RollingDays).ToArray();
        leaving[0] -= LeftToday(unit, elapsed);
        return leaving;
    }

    /// <summary>What is in a rolling window now.</summary>
    public long Rolling(BudgetUnit unit, double elapsed) =>
        Since(Today.AddDays(-WindowDays.RollingDays), unit) - LeftToday(unit, elapsed);

    /// <summary>What a budget's present window had by the end of each day, reckoned back from what it has now.</summary>
    public SpendCourse CourseOf(Budget budget, long posted, long limit, double elapsed)
    {
        var amounts = In(budget.Unit);
        var isRolling = budget.Window == BudgetWindow.Rolling30D;
        var from = IndexOf(WindowDays.Of(budget.Window, Today).From);
        var first = Math.Max(0, from);
        var totals = new long[amounts.Length - first];
        var total = posted;
        for (var day = amounts.Length - 1; day >= first; day--)
        {
            totals[day - first] = total;
            total = Math.Max(0, total - amounts[day]);
            if (isRolling)
            {
                total = Saturating(total, day == amounts.Length - 1
                    ? LeftToday(budget.Unit, elapsed)
                    : amounts[day - WindowDays.RollingDays]);
            }
        }

        return new SpendCourse(
            Today.AddDays(first - SpendHistories.DaysKept), totals, limit, elapsed, from >= 0 && !isRolling);
    }

    private long LeftToday(BudgetUnit unit, double elapsed) =>
        (long)(In(unit)[SpendHistories.DaysKept - WindowDays.RollingDays] * elapsed);

    private long[] In(BudgetUnit unit) => unit == BudgetUnit.Usd ? _money : _tokens;

    private int IndexOf(DateOnly day) => day.DayNumber - _today + SpendHistories.DaysKept;

    private static long Saturating(long left, long right) =>
        (long)Int128.Min((Int128)left + right, long.MaxValue);
}
