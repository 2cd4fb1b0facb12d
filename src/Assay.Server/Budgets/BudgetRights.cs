using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>
/// What one may do with a budget. Administrators may do everything; the owners of a budget pass it on to the scopes below
/// them, but nobody raises what limits themself.
/// </summary>
internal static class BudgetRights
{
    public static bool Owns(DirectorySnapshot directory, Viewer viewer, Budget budget) =>
        IsPerson(viewer) && BudgetOwners.Of(directory, budget).Contains(viewer.PersonId, StringComparer.Ordinal);

    /// <summary>Whether one owns the budget or the one that it is allocated from.</summary>
    public static bool Answers(DirectorySnapshot directory, Viewer viewer, Budget budget) =>
        IsPerson(viewer) && viewer.Role is Role.Manager or Role.Finance or Role.Admin
        && (Owns(directory, viewer, budget)
            || (directory.Budgets.ParentOf(budget) is { } parent && Owns(directory, viewer, parent)));

    /// <summary>
    /// Whether one may create, change or remove a budget of this scope that is allocated from the parent (null for none).
    /// </summary>
    public static bool MayAllocate(DirectorySnapshot directory, Viewer viewer, BudgetScope scope, Budget? parent)
    {
        if (!IsPerson(viewer))
        {
            return false;
        }

        if (viewer.Role == Role.Admin)
        {
            return true;
        }

        return parent is not null && Owns(directory, viewer, parent)
            && (viewer.Role == Role.Finance
                || (viewer.Role == Role.Manager && IsBelow(directory, viewer, scope)));
    }

    public static bool MayDecide(DirectorySnapshot directory, Viewer viewer, Budget budget, string askerId) =>
        IsPerson(viewer)
        && (viewer.Role == Role.Admin
            || BudgetOwners.DecidersOf(directory, budget, askerId).Contains(viewer.PersonId, StringComparer.Ordinal));

    /// <summary>Ending a grant early gives nobody more, so that whoever could have decided may.</summary>
    public static bool MayEnd(DirectorySnapshot directory, Viewer viewer, Budget budget, Budget? lender) =>
        (IsPerson(viewer) && viewer.Role == Role.Admin)
        || Owns(directory, viewer, directory.Budgets.ParentOf(budget) ?? budget)
        || (lender is not null && MayLend(directory, viewer, lender));

    /// <summary>Money that somebody else has asked for cannot come out of a budget that one has no say in.</summary>
    public static bool MayLend(DirectorySnapshot directory, Viewer viewer, Budget lender) =>
        IsPerson(viewer) && (viewer.Role == Role.Admin || Answers(directory, viewer, lender));

    /// <summary>One asks for more of what limits one, or of what one answers for.</summary>
    public static bool MayAsk(DirectorySnapshot directory, Viewer viewer, Budget budget) =>
        IsPerson(viewer) && (Limits(directory, viewer, budget.Scope) || Owns(directory, viewer, budget));

    /// <summary>Whether the scope limits calls of the person, or of their agents and keys.</summary>
    public static bool Limits(DirectorySnapshot directory, Viewer viewer, BudgetScope scope) => scope.Kind switch
    {
        BudgetScopeKind.Team => directory.Teams.IsWithin(viewer.TeamId, scope.Id)
            || directory.Data.Agents.Any(a =>
                a.OwnerPersonId == viewer.PersonId && directory.Teams.IsWithin(a.TeamId, scope.Id)),
        BudgetScopeKind.Person or BudgetScopeKind.Agent or BudgetScopeKind.Key =>
            BudgetOwners.HomeOf(directory, scope).PersonId == viewer.PersonId,
        _ => true,
    };

    /// <summary>An agent's key lies on build machines: it never moves money.</summary>
    private static bool IsPerson(Viewer viewer) => viewer.AgentId.Length == 0;

    /// <summary>Within the manager's teams, and not what limits the manager themself.</summary>
    private static bool IsBelow(DirectorySnapshot directory, Viewer viewer, BudgetScope scope)
    {
        var (teamId, personId) = BudgetOwners.HomeOf(directory, scope);
        return teamId is not null && personId != viewer.PersonId
            && directory.Teams.IsWithin(teamId, viewer.TeamId)
            && (scope.Kind != BudgetScopeKind.Team || scope.Id != viewer.TeamId);
    }
}
