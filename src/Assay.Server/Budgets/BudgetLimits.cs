using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>What a budget may spend at a moment.</summary>
internal static class BudgetLimits
{
    /// <summary>The limit, what is granted or lent to it, less what it lends; in the budget's unit, never below zero.</summary>
    public static long Effective(
        Budget budget, IEnumerable<BudgetGrant> grants, IEnumerable<BudgetGrant> loans, long nowMs)
    {
        // Sums far beyond any budget must end at the largest one, not in an overflow.
        Int128 limit = budget.Limit;
        foreach (var grant in grants)
        {
            limit += grant.IsActiveAt(nowMs) ? grant.Amount : 0;
        }

        foreach (var loan in loans)
        {
            limit -= loan.IsActiveAt(nowMs) ? loan.Amount : 0;
        }

        return (long)Int128.Clamp(limit, 0, long.MaxValue / 2);
    }
}
