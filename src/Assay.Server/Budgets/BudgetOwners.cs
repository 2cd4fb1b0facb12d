using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>
/// Who answers for a budget: the managers of the team whose money it is, or of the nearest team above that has one, or
/// else finance and administrators. Ids of people, never empty unless the company has neither.
/// </summary>
internal static class BudgetOwners
{
    public static IReadOnlyList<string> Of(DirectorySnapshot directory, Budget budget)
    {
        var (teamId, personId) = HomeOf(directory, budget.Scope);
        return teamId is null
            ? directory.Managers.Treasurers
            : ManagersFrom(directory, teamId, managers => managers.Any(id => id != personId) ? managers : []);
    }

    /// <summary>
    /// Who decides a request for more: the owners of the budget that it is allocated from, or of itself if there is none,
    /// without the asker. Where that leaves nobody, the next team above decides.
    /// </summary>
    public static IReadOnlyList<string> DecidersOf(DirectorySnapshot directory, Budget budget, string askerId)
    {
        var decisive = directory.Budgets.ParentOf(budget) ?? budget;
        var (teamId, personId) = HomeOf(directory, decisive.Scope);
        return teamId is null
            ? directory.Managers.Treasurers
            : ManagersFrom(
                directory,
                teamId,
                managers => managers.Any(id => id != personId) ? [.. managers.Where(id => id != askerId)] : []);
    }

    /// <summary>The team that a scope belongs to, and the person if it is one person's; nulls for the whole company's.</summary>
    public static (string? TeamId, string? PersonId) HomeOf(DirectorySnapshot directory, BudgetScope scope)
    {
        switch (scope.Kind)
        {
            case BudgetScopeKind.Team:
                return (scope.Id, null);
            case BudgetScopeKind.Person:
                return (directory.FindPerson(scope.Id)?.TeamId, scope.Id);
            case BudgetScopeKind.Agent:
                var agent = directory.FindAgent(scope.Id);
                return (agent?.TeamId, agent?.OwnerPersonId);
            case BudgetScopeKind.Key:
                return directory.FindKeyById(scope.Id) is { } key
                    ? HomeOf(directory, new BudgetScope(
                        key.OwnerKind == OwnerKind.Person ? BudgetScopeKind.Person : BudgetScopeKind.Agent, key.OwnerId))
                    : (null, null);
            default:
                return (null, null);
        }
    }

    private static IReadOnlyList<string> ManagersFrom(
        DirectorySnapshot directory, string teamId, Func<IReadOnlyList<string>, IReadOnlyList<string>> choose)
    {
        foreach (var id in directory.Teams.PathOf(teamId))
        {
            if (choose(directory.Managers.Of(id)) is { Count: > 0 } chosen)
            {
                return chosen;
            }
        }

        return directory.Managers.Treasurers;
    }
}
