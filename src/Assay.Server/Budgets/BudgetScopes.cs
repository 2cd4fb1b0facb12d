using Assay.Server.Directory;

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

    public static bool IsOfModel(BudgetScope scope, in BudgetQuestion question) =>
        NamePattern.IsMatch(scope.Id, question.Model) || NamePattern.IsMatch(scope.Id, question.ProviderModel);
}
