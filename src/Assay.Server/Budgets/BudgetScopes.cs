using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Budgets;

/// <summary>Which scopes a call falls into.</summary>
internal static class BudgetScopes
{
    /// <summary>The scopes that are named exactly, the narrowest first; those of models are patterns.</summary>
    public static IEnumerable<BudgetScope> Of(BudgetQuestion question)
    {
        var identity = question.Identity;
        IEnumerable<BudgetScope> scopes =
        [
            new(BudgetScopeKind.Key, identity.KeyId),
            new(BudgetScopeKind.Agent, identity.AgentId),
            new(BudgetScopeKind.Person, identity.PersonId),
            .. identity.TeamPath.Select(id => new BudgetScope(BudgetScopeKind.Team, id)),
            BudgetScope.Org,
            new(BudgetScopeKind.UseCase, question.UseCase),
            new(BudgetScopeKind.Provider, question.Provider),
        ];
        return scopes.Where(scope => scope.Kind == BudgetScopeKind.Org || scope.Id.Length > 0);
    }

    /// <summary>What usage is grouped by to find what scopes of a kind have spent; nothing for the org, which is all of it.</summary>
    public static IEnumerable<UsageDimension> Dimension(BudgetScopeKind kind) => kind switch
    {
        BudgetScopeKind.Org => [],
        BudgetScopeKind.Team => [UsageDimension.Team],
        BudgetScopeKind.Person => [UsageDimension.Person],
        BudgetScopeKind.Key => [UsageDimension.Key],
        BudgetScopeKind.UseCase => [UsageDimension.UseCase],
        BudgetScopeKind.Agent => [UsageDimension.Agent],
        BudgetScopeKind.Model => [UsageDimension.Model],
        BudgetScopeKind.Provider => [UsageDimension.Provider],
        _ => throw new InvalidOperationException($"Unknown kind of budget scope: {kind}."),
    };

    /// <summary>
    /// Finds what a row grouped by <see cref="Dimension"/> counts for, among things with scopes of one kind. Exact scopes
    /// are looked up; there can be one for each person of a company.
    /// </summary>
    public static Func<string, IEnumerable<T>> Finder<T>(
        IReadOnlyCollection<T> things, Func<T, BudgetScope> scopeOf, BudgetScopeKind kind, TeamTree teams)
    {
        switch (kind)
        {
            case BudgetScopeKind.Team:
                return team => things.Where(thing => teams.IsWithin(team, scopeOf(thing).Id));
            case BudgetScopeKind.Model:
                return model => things.Where(thing => NamePattern.IsMatch(scopeOf(thing).Id, model));
            default:
                var byId = things.ToLookup(thing => scopeOf(thing).Id, StringComparer.Ordinal);
                return id => byId[id];
        }
    }

    public static bool IsOfModel(BudgetScope scope, in BudgetQuestion question) =>
        NamePattern.IsMatch(scope.Id, question.Model) || NamePattern.IsMatch(scope.Id, question.ProviderModel);
}
