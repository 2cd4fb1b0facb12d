namespace Assay.Server.Directory;

/// <summary>
/// Budgets by how they are allocated from each other, with their grants and loans. Limits and amounts are in the unit of
/// the budget.
/// </summary>
internal sealed class BudgetTree
{
    // Deeper than any org, so that a loop made by hand in a database ends.
    private const int DepthMax = 64;

    private readonly Dictionary<string, Budget> _budgets;
    private readonly ILookup<string, Budget> _children;
    private readonly ILookup<string, BudgetGrant> _grants;
    private readonly ILookup<string, BudgetGrant> _loans;
    private readonly Dictionary<string, BudgetGrant> _grantsById;

    public BudgetTree(IEnumerable<Budget> budgets, IEnumerable<BudgetGrant> grants)
    {
        _budgets = budgets.ToDictionary(b => b.Id, StringComparer.Ordinal);
        _grantsById = grants.ToDictionary(g => g.Id, StringComparer.Ordinal);
        _children = _budgets.Values.Where(b => b.ParentId is not null)
            .OrderBy(b => b.Id, StringComparer.Ordinal).ToLookup(b => b.ParentId!, StringComparer.Ordinal);
        _grants = _grantsById.Values.OrderBy(g => g.Id, StringComparer.Ordinal)
            .ToLookup(g => g.BudgetId, StringComparer.Ordinal);
        _loans = _grantsById.Values.Where(g => g.LenderId is not null)
            .OrderBy(g => g.Id, StringComparer.Ordinal).ToLookup(g => g.LenderId!, StringComparer.Ordinal);
    }

    /// <summary>Every budget, in no order.</summary>
    public IReadOnlyCollection<Budget> All => _budgets.Values;

    public Budget? Find(string budgetId) => _budgets.GetValueOrDefault(budgetId);

    public BudgetGrant? FindGrant(string grantId) => _grantsById.GetValueOrDefault(grantId);

    public Budget? ParentOf(Budget budget) => budget.ParentId is { } parent ? Find(parent) : null;

    /// <summary>The budgets that are allocated from this one.</summary>
    public IEnumerable<Budget> ChildrenOf(string budgetId) => _children[budgetId];

    /// <summary>Grants and loans to the budget, of any time.</summary>
    public IEnumerable<BudgetGrant> GrantsTo(string budgetId) => _grants[budgetId];

    /// <summary>Loans from the budget, of any time.</summary>
    public IEnumerable<BudgetGrant> LoansFrom(string budgetId) => _loans[budgetId];

    /// <summary>Whether the first budget is allocated, over any number of levels, from the second.</summary>
    public bool IsBelow(Budget budget, string aboveId)
    {
        var parentId = budget.ParentId;
        for (var depth = 0; parentId is not null && depth < DepthMax; depth++)
        {
            if (parentId == aboveId)
            {
                return true;
            }

            parentId = Find(parentId)?.ParentId;
        }

        return false;
    }

    /// <summary>How many budgets are above it.</summary>
    public int DepthOf(Budget budget)
    {
        var depth = 0;
        for (var above = ParentOf(budget); above is not null && depth < DepthMax; above = ParentOf(above))
        {
            depth++;
        }

        return depth;
    }

    /// <summary>The limit with the grants and loans of a time: what may be spent. Never below zero.</summary>
    public long EffectiveLimit(Budget budget, long nowMs) =>
        (long)Int128.Clamp(LimitAt(budget, nowMs), 0, long.MaxValue);

    /// <summary>What the budgets allocated from this one may spend together.</summary>
    public long Allocated(string budgetId, long nowMs)
    {
        Int128 sum = 0;
        foreach (var child in ChildrenOf(budgetId))
        {
            sum += EffectiveLimit(child, nowMs);
        }

        return (long)Int128.Min(sum, long.MaxValue);
    }

    /// <summary>The tree after changes of budgets and grants; other changes do not matter to it.</summary>
    public BudgetTree After(IEnumerable<DirectoryChange> changes)
    {
        var budgets = new Dictionary<string, Budget>(_budgets, StringComparer.Ordinal);
        var grants = new Dictionary<string, BudgetGrant>(_grantsById, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            switch (change)
            {
                case DirectoryChange.PutBudget put:
                    budgets[put.Budget.Id] = put.Budget;
                    break;
                case DirectoryChange.RemoveBudget remove:
                    budgets.Remove(remove.BudgetId);
                    break;
                case DirectoryChange.PutGrant put:
                    grants[put.Grant.Id] = put.Grant;
                    break;
                default:
                    break;
            }
        }

        return new BudgetTree(budgets.Values, grants.Values);
    }

    /// <summary>The limit with grants and loans; below zero if more was lent than there is.</summary>
    internal Int128 LimitAt(Budget budget, long nowMs)
    {
        Int128 limit = budget.Limit;
        foreach (var grant in GrantsTo(budget.Id))
        {
            limit += grant.IsActiveAt(nowMs) ? grant.Amount : 0;
        }

        foreach (var loan in LoansFrom(budget.Id))
        {
            limit -= loan.IsActiveAt(nowMs) ? loan.Amount : 0;
        }

        return limit;
    }
}
