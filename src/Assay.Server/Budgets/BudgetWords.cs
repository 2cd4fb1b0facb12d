using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>Budgets in words for people: on pages, in mails, in messages.</summary>
internal static class BudgetWords
{
    /// <summary>Whose or what it is: a name rather than an id.</summary>
    public static string Scope(DirectorySnapshot directory, BudgetScope scope) => scope.Kind switch
    {
        BudgetScopeKind.Org => directory.Teams.Find(Team.OrgId)?.Name ?? "The company",
        BudgetScopeKind.Team => directory.Teams.Find(scope.Id)?.Name ?? scope.Id,
        BudgetScopeKind.Person => directory.FindPerson(scope.Id)?.Name ?? scope.Id,
        BudgetScopeKind.Agent => directory.FindAgent(scope.Id)?.Name ?? scope.Id,
        BudgetScopeKind.Key => directory.FindKeyById(scope.Id) is { } key ? $"the key “{key.Name}”" : scope.Id,
        BudgetScopeKind.UseCase => $"the use case {scope.Id}",
        BudgetScopeKind.Model => $"the model {scope.Id}",
        BudgetScopeKind.Provider => $"the provider {scope.Id}",
        _ => scope.ToString(),
    };

    /// <summary>How often it begins anew, as in "$25.00 a day".</summary>
    public static string Every(BudgetWindow window) => window switch
    {
        BudgetWindow.Day => "a day",
        BudgetWindow.Week => "a week",
        BudgetWindow.Month => "a month",
        BudgetWindow.Quarter => "a quarter",
        BudgetWindow.Rolling30D => "in any 30 days",
        _ => "in all",
    };
}
