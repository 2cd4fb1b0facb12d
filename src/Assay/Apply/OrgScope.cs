using Assay.Server.Directory;

namespace Assay.Apply;

/// <summary>
/// Budget scopes in <c>org.yaml</c>: those of the API and <c>key:OWNER/NAME</c>, since a file cannot know the ids of
/// keys it makes.
/// </summary>
internal static class OrgScope
{
    private const string KeyPrefix = "key:";

    public static string? Fault(string text)
    {
        var (owner, name) = SplitKey(text);
        if (owner is null)
        {
            return ScopeText.Fault(text);
        }

        return (owner.Contains('@', StringComparison.Ordinal) ? InputRules.FaultInEmail(owner) : InputRules.FaultInId(owner))
            ?? InputRules.FaultInName(name);
    }

    public static string Canonical(string text)
    {
        var (owner, name) = SplitKey(text);
        return owner is not null && owner.Contains('@', StringComparison.Ordinal)
            ? $"{KeyPrefix}{InputRules.CanonicalEmail(owner)}/{name}"
            : ScopeText.Canonical(text);
    }

    /// <summary>The scope by id; null, and a fault in the draft, if what it names will not be there.</summary>
    public static BudgetScope? Resolve(PlanDraft draft, FilePosition at, string what, string text)
    {
        var (owner, name) = SplitKey(text);
        if (owner is not null)
        {
            return draft.Keys.TryGetValue((owner, name!), out var key)
                ? new BudgetScope(BudgetScopeKind.Key, key.Id)
                : Missing($"the key '{name}' of '{owner}', which is neither in the file nor in the directory.");
        }

        if (!BudgetScope.TryParse(text, out var scope))
        {
            throw new InvalidOperationException($"The reader let the scope '{text}' through.");
        }

        switch (scope.Kind)
        {
            case BudgetScopeKind.Team when !draft.Teams.ContainsKey(scope.Id):
                return Missing($"the team '{scope.Id}', which is neither in the file nor in the directory: add it.");
            case BudgetScopeKind.Person when !draft.People.ContainsKey(scope.Id):
                return Missing($"the person '{scope.Id}', who is neither in the file nor in the directory, or is disabled.");
            case BudgetScopeKind.Person:
                return scope with { Id = draft.People[scope.Id].Id };
            case BudgetScopeKind.Agent when !draft.Agents.ContainsKey(scope.Id):
                return Missing($"the agent '{scope.Id}', which is neither in the file nor in the directory, or is disabled.");
            case BudgetScopeKind.Key when !draft.Keys.Values.Any(k => k.Id == scope.Id):
                return Missing($"the key '{scope.Id}', which does not exist or is revoked. Write key:OWNER/NAME for a key of this file.");
            default:
                return scope;
        }

        BudgetScope? Missing(string names)
        {
            draft.Fault(at, $"{what} names {names}");
            return null;
        }
    }

    /// <summary>The owner and name of a key; nulls if the scope is not written so.</summary>
    public static (string? Owner, string? Name) SplitKey(string text)
    {
        if (!text.StartsWith(KeyPrefix, StringComparison.Ordinal))
        {
            return (null, null);
        }

        // A slash may stand in the local part of an address, and in a name.
        var at = Math.Max(text.IndexOf('@', StringComparison.Ordinal), KeyPrefix.Length);
        var slash = text.IndexOf('/', at) is >= 0 and var after ? after : text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (null, null) : (text[KeyPrefix.Length..slash], text[(slash + 1)..]);
    }
}
