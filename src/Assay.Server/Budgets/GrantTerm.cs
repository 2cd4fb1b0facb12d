using Assay.Server.Console.Figures;
using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>How long a grant lasts if nobody says: until the budget begins anew.</summary>
internal sealed class GrantTerm(TimeProvider clock, TimeZoneInfo zone)
{
    private readonly OrgClock _clock = new(clock, zone);

    /// <summary>The end of the window that is now, in Unix milliseconds; null for windows that do not begin anew.</summary>
    public long? WindowEnd(BudgetWindow window)
    {
        var today = _clock.Today;
        var month = today.AddDays(1 - today.Day);
        DateOnly? next = window switch
        {
            BudgetWindow.Day => today.AddDays(1),
            BudgetWindow.Week => today.AddDays(7 - (((int)today.DayOfWeek + 6) % 7)),
            BudgetWindow.Month => month.AddMonths(1),
            BudgetWindow.Quarter => month.AddMonths(3 - ((month.Month - 1) % 3)),
            _ => null,
        };
        return next is { } day ? _clock.StartOf(day).ToUnixTimeMilliseconds() : null;
    }
}
