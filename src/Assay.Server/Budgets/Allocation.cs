using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>
/// The rules of passing budgets down: what may be allocated from what, and that the parts are not more than the whole.
/// Pure, so that the API, <c>assay apply</c> and the store ask the same.
/// </summary>
internal static class Allocation
{
    /// <summary>A time at which only what is granted or lent for good is left: what an allocation amounts to without an end.</summary>
    public const long ForGood = long.MaxValue;

    /// <summary>Whether everything that the inner scope limits is also limited by the outer one.</summary>
    public static bool Contains(DirectorySnapshot directory, BudgetScope outer, BudgetScope inner)
    {
        var (teamId, personId) = BudgetOwners.HomeOf(directory, inner);
        return outer.Kind switch
        {
            BudgetScopeKind.Org => true,
            BudgetScopeKind.Team => teamId is not null && directory.Teams.IsWithin(teamId, outer.Id),
            BudgetScopeKind.Person => inner.Kind is BudgetScopeKind.Person or BudgetScopeKind.Agent or BudgetScopeKind.Key
                && personId == outer.Id,
            BudgetScopeKind.Agent => inner == outer
                || (inner.Kind == BudgetScopeKind.Key && directory.FindKeyById(inner.Id) is { OwnerKind: OwnerKind.Agent } key
                    && key.OwnerId == outer.Id),
            _ => inner == outer,
        };
    }

    /// <summary>Why a budget cannot be allocated from another; null if it can.</summary>
    public static string? FaultInParent(DirectorySnapshot directory, Budget budget, Budget parent)
    {
        if (parent.Id == budget.Id || directory.Budgets.IsBelow(parent, budget.Id))
        {
            return $"{parent.Id} is this budget itself or is allocated from it: choose a budget above it.";
        }

        if (parent.Window != budget.Window || parent.Unit != budget.Unit)
        {
            return $"{parent.Id} counts {DirectoryWords.Word(parent.Unit)} by {DirectoryWords.Word(parent.Window)}, and this budget "
                + $"{DirectoryWords.Word(budget.Unit)} by {DirectoryWords.Word(budget.Window)}: use the parent's window and unit.";
        }

        return Contains(directory, parent.Scope, budget.Scope)
            ? null
            : $"{ScopeText.Write(parent.Scope, directory)} does not contain {ScopeText.Write(budget.Scope, directory)}: choose a "
                + "budget of a team above it, or of the org.";
    }

    /// <summary>
    /// What changes break from a time on: that parts are not more than the whole, and that nobody lends more than they
    /// have. Null if nothing. What was so before the changes is not their fault.
    /// </summary>
    /// <param name="name">How a budget is named to the reader.</param>
    public static string? FaultInChanges(
        BudgetTree before,
        BudgetTree after,
        IEnumerable<DirectoryChange> changes,
        long fromMs,
        Func<Budget, string> name) =>
        FaultsInChanges(before, after, changes, fromMs, name).Select(f => f.Fault).FirstOrDefault();

    /// <summary>The same, all of them, each with the budget that is too small.</summary>
    public static IEnumerable<(Budget Whole, string Fault)> FaultsInChanges(
        BudgetTree before,
        BudgetTree after,
        IEnumerable<DirectoryChange> changes,
        long fromMs,
        Func<Budget, string> name)
    {
        var touched = Touched(changes);
        foreach (var id in touched.ToList())
        {
            if (after.Find(id)?.ParentId is { } parentId)
            {
                touched.Add(parentId);
            }
        }

        foreach (var budget in touched.Select(after.Find).OfType<Budget>())
        {
            var lent = Overlent(after, budget, fromMs);
            if (lent > 0 && lent > Overlent(before, budget, fromMs))
            {
                yield return (
                    budget,
                    $"{name(budget)} lends {BudgetAmount.Say(budget.Unit, lent)} more than it would have: end a loan first, or "
                    + "keep the limit higher.");
            }

            var excess = Excess(after, budget, fromMs);
            if (excess > 0 && excess > Excess(before, budget, fromMs))
            {
                yield return (
                    budget,
                    $"The budgets allocated from {name(budget)} would together have {BudgetAmount.Say(budget.Unit, excess)} more "
                    + "than it has: give less, take something from another part, raise it first, or let it allow overAllocation.");
            }
        }
    }

    /// <summary>The budgets whose limit or place changes could move.</summary>
    public static SortedSet<string> Touched(IEnumerable<DirectoryChange> changes)
    {
        var touched = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            switch (change)
            {
                case DirectoryChange.PutBudget put:
                    touched.Add(put.Budget.Id);
                    break;
                case DirectoryChange.PutGrant put:
                    touched.Add(put.Grant.BudgetId);
                    if (put.Grant.LenderId is { } lenderId)
                    {
                        touched.Add(lenderId);
                    }

                    break;
                case DirectoryChange.RemoveBudget remove:
                    touched.Add(remove.BudgetId);
                    break;
                default:
                    break;
            }
        }

        return touched;
    }

    /// <summary>How much more than the whole the parts have at the worst moment from a time on; zero if it is allowed.</summary>
    public static Int128 Excess(BudgetTree tree, Budget parent, long fromMs)
    {
        if (tree.Find(parent.Id) is not { OverAllocation: false } current)
        {
            return 0;
        }

        var children = tree.ChildrenOf(parent.Id).ToList();
        if (children.Count == 0)
        {
            return 0;
        }

        var moves = Moves(tree, current, -1, fromMs).Concat(children.SelectMany(c => Moves(tree, c, 1, fromMs)));
        var start = -tree.LimitAt(current, fromMs);
        foreach (var child in children)
        {
            start += tree.LimitAt(child, fromMs);
        }

        return Int128.Max(0, Highest(start, moves));
    }

    private static Int128 Overlent(BudgetTree tree, Budget budget, long fromMs) =>
        tree.Find(budget.Id) is { } current && tree.LoansFrom(budget.Id).Any()
            ? Int128.Max(0, Highest(-tree.LimitAt(current, fromMs), Moves(tree, current, -1, fromMs)))
            : 0;

    /// <summary>How the limit moves after a time, as grants and loans begin and end.</summary>
    private static IEnumerable<(long AtMs, Int128 By)> Moves(BudgetTree tree, Budget budget, int sign, long fromMs)
    {
        foreach (var grant in tree.GrantsTo(budget.Id).Concat(tree.LoansFrom(budget.Id)))
        {
            Int128 amount = grant.LenderId == budget.Id ? -grant.Amount : grant.Amount;
            if (grant.UntilMs is { } end && end <= grant.FromMs)
            {
                continue;
            }

            if (grant.FromMs > fromMs)
            {
                yield return (grant.FromMs, sign * amount);
            }

            if (grant.UntilMs > fromMs)
            {
                yield return (grant.UntilMs.Value, -sign * amount);
            }
        }
    }

    private static Int128 Highest(Int128 start, IEnumerable<(long AtMs, Int128 By)> moves)
    {
        var highest = start;
        foreach (var moment in moves.GroupBy(m => m.AtMs).OrderBy(m => m.Key))
        {
            foreach (var (_, by) in moment)
            {
                start += by;
            }

            highest = Int128.Max(highest, start);
        }

        return highest;
    }
}
