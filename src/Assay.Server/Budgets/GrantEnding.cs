using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>Ends grants and loans before their time.</summary>
internal static class GrantEnding
{
    /// <summary>Ends what still counts of one grant; a grant that has ended stays as it is.</summary>
    public static DirectoryChange? Of(BudgetGrant grant, long nowMs) =>
        grant.UntilMs <= nowMs
            ? null
            : new DirectoryChange.PutGrant(grant with { UntilMs = Math.Max(nowMs, grant.FromMs) });

    /// <summary>What removing a budget takes: its grants and loans end, both ways, and then it goes.</summary>
    /// <param name="ended">Ids of what has ended with other budgets; those that end with this one are added.</param>
    public static IReadOnlyList<DirectoryChange> BeforeRemoval(
        BudgetTree tree, string budgetId, long nowMs, HashSet<string>? ended = null)
    {
        ended ??= new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. tree.GrantsTo(budgetId).Concat(tree.LoansFrom(budgetId))
                .Where(g => ended.Add(g.Id)).Select(g => Of(g, nowMs)).OfType<DirectoryChange>(),
            new DirectoryChange.RemoveBudget(budgetId),
        ];
    }
}
