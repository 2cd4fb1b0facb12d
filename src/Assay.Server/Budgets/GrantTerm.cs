using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>How long a grant lasts if nobody says: until the budget begins anew.</summary>
internal sealed class GrantTerm(BudgetWindows windows, TimeProvider clock)
{
    /// <summary>The end of the window that is now, in Unix milliseconds; null for windows that do not begin anew.</summary>
    public long? WindowEnd(BudgetWindow window) =>
        windows.At(window, clock.GetUtcNow().ToUnixTimeMilliseconds()).EndMs is < long.MaxValue and var end ? end : null;
}
