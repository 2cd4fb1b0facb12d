namespace Assay.Server.Directory;

/// <summary>
/// Budget scopes as people write them: <c>org</c>, <c>team:ID</c>, <c>person:EMAIL</c>, <c>agent:ID</c>,
/// <c>key:ID</c>, <c>use:NAME</c>, <c>model:PATTERN</c>, <c>provider:NAME</c>.
/// The directory itself names a person by id, which outlives an address.
/// </summary>
internal static class ScopeText
{
    public const string Forms = "org, team:ID, person:EMAIL, agent:ID, key:ID, use:NAME, model:PATTERN or provider:NAME";

    public static string? Fault(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return $"is missing: write {Forms}.";
        }

        if (!BudgetScope.TryParse(text, out var scope))
        {
            return $"'{InputRules.Shorten(text)}' is not a scope: write {Forms}.";
        }

        return scope.Kind switch
        {
            BudgetScopeKind.Org => null,
            BudgetScopeKind.Person => InputRules.FaultInEmail(scope.Id),
            BudgetScopeKind.Model => InputRules.FaultInPatterns([scope.Id]),
            _ => InputRules.FaultInId(scope.Id),
        };
    }

    /// <summary>The same scope always in the same letters.</summary>
    public static string Canonical(string text) =>
        text.StartsWith("person:", StringComparison.Ordinal) ? InputRules.CanonicalEmail(text) : text;

    /// <summary>The scope by id, or what is wrong with it: something it names does not exist.</summary>
    public static (BudgetScope Scope, string? Fault) Resolve(string text, DirectorySnapshot directory)
    {
        if (!BudgetScope.TryParse(Canonical(text), out var scope))
        {
            return (default, Fault(text));
        }

        return scope.Kind switch
        {
            BudgetScopeKind.Team when directory.Teams.Find(scope.Id) is null =>
                (scope, $"names the team '{scope.Id}', which does not exist: create it first."),
            BudgetScopeKind.Person => directory.FindPersonByEmail(scope.Id) is { } person
                ? (scope with { Id = person.Id }, null)
                : (scope, $"names the person '{scope.Id}', who does not exist: create them first."),
            BudgetScopeKind.Key when directory.FindKeyById(scope.Id) is not { RevokedAtMs: null } =>
                (scope, $"names the key '{scope.Id}', which does not exist or is revoked."),
            BudgetScopeKind.Agent when directory.FindAgent(scope.Id) is null =>
                (scope, $"names the agent '{scope.Id}', which does not exist: create it first."),
            _ => (scope, null),
        };
    }

    public static string Write(BudgetScope scope, DirectorySnapshot directory) =>
        scope.Kind == BudgetScopeKind.Person && directory.FindPerson(scope.Id) is { } person
            ? $"person:{person.Email}"
            : scope.ToString();

    /// <summary>A budget reroutes exactly if it says where to.</summary>
    public static string? FaultInReroute(AtLimit atLimit, string? rerouteTo) =>
        (atLimit, string.IsNullOrEmpty(rerouteTo)) switch
        {
            (AtLimit.Reroute, true) => "is missing: say where calls go at the limit, such as metacode/qwen3-coder.",
            (not AtLimit.Reroute, false) => "is only for budgets with atLimit reroute: remove it or change atLimit.",
            _ => null,
        };
}
