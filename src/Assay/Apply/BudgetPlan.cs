using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Directory;

namespace Assay.Apply;

/// <summary>Budgets: the same budget is the same scope, window and unit.</summary>
internal sealed class BudgetPlan(PlanDraft draft)
{
    public void Add(IReadOnlyList<OrgBudget> budgets)
    {
        var existing = new Dictionary<(BudgetScope, BudgetWindow, BudgetUnit), Budget>();
        var spare = new List<Budget>();
        foreach (var budget in draft.Directory.Data.Budgets.OrderBy(b => b.Id, StringComparer.Ordinal))
        {
            if (!existing.TryAdd((budget.Scope, budget.Window, budget.Unit), budget))
            {
                spare.Add(budget);
            }
        }

        var written = new Dictionary<(BudgetScope, BudgetWindow, BudgetUnit), OrgBudget>();
        foreach (var budget in budgets)
        {
            if (ScopeOf(budget) is not { } scope)
            {
                continue;
            }

            var identity = (scope, budget.Window, budget.Unit);
            if (!written.TryAdd(identity, budget))
            {
                draft.Fault(
                    budget.At,
                    $"{budget.Scope} has two budgets in {DirectoryWords.Word(budget.Unit)} for the window {DirectoryWords.Word(budget.Window)}, the first in line {written[identity].At.Line}: remove one.");
                continue;
            }

            Compare(budget, scope, existing.GetValueOrDefault(identity));
        }

        if (draft.Prune)
        {
            foreach (var budget in existing.Where(b => !written.ContainsKey(b.Key)).Select(b => b.Value).Concat(spare))
            {
                draft.Remove(
                    Subject(ScopeText.Write(budget.Scope, draft.Directory), budget),
                    new DirectoryChange.RemoveBudget(budget.Id));
            }
        }
    }

    private BudgetScope? ScopeOf(OrgBudget budget)
    {
        var (owner, name) = OrgScope.SplitKey(budget.Scope);
        if (owner is not null)
        {
            if (draft.Keys.TryGetValue((owner, name!), out var key))
            {
                return new BudgetScope(BudgetScopeKind.Key, key.Id);
            }

            draft.Fault(budget.At, $"The budget's scope names the key '{name}' of '{owner}', which is neither in the file nor in the directory.");
            return null;
        }

        if (!BudgetScope.TryParse(budget.Scope, out var scope))
        {
            throw new InvalidOperationException($"The reader let the scope '{budget.Scope}' through.");
        }

        switch (scope.Kind)
        {
            case BudgetScopeKind.Team when !draft.Teams.ContainsKey(scope.Id):
                draft.Fault(budget.At, $"The budget's scope names the team '{scope.Id}', which is neither in the file nor in the directory: add it.");
                return null;
            case BudgetScopeKind.Person when !draft.People.ContainsKey(scope.Id):
                draft.Fault(budget.At, $"The budget's scope names the person '{scope.Id}', who is neither in the file nor in the directory, or is disabled.");
                return null;
            case BudgetScopeKind.Person:
                return scope with { Id = draft.People[scope.Id].Id };
            case BudgetScopeKind.Key when !draft.Keys.Values.Any(k => k.Id == scope.Id):
                draft.Fault(budget.At, $"The budget's scope names the key '{scope.Id}', which does not exist or is revoked. Write key:OWNER/NAME for a key of this file.");
                return null;
            default:
                return scope;
        }
    }

    private void Compare(OrgBudget wanted, BudgetScope scope, Budget? existing)
    {
        var budget = new Budget(
            existing?.Id ?? DirectoryIds.NewBudget(draft.Clock),
            scope,
            wanted.Window,
            wanted.Unit,
            wanted.Limit,
            wanted.AtLimit,
            wanted.RerouteTo.Length == 0 ? null : wanted.RerouteTo);
        var change = new DirectoryChange.PutBudget(budget);
        if (existing is null)
        {
            draft.Create($"{Subject(wanted.Scope, budget)}: {Limit(budget)}, {DirectoryWords.Word(budget.AtLimit)} at the limit", change);
            return;
        }

        draft.Change(
            Subject(wanted.Scope, budget),
            change,
            PlanDraft.Difference("limit", Limit(existing), Limit(budget)),
            PlanDraft.Difference("atLimit", DirectoryWords.Word(existing.AtLimit), DirectoryWords.Word(budget.AtLimit)),
            PlanDraft.Difference("rerouteTo", existing.RerouteTo ?? "", budget.RerouteTo ?? ""));
    }

    private static string Subject(string scope, Budget budget) =>
        $"budget of {scope} by {DirectoryWords.Word(budget.Window)} in {DirectoryWords.Word(budget.Unit)}";

    private static string Limit(Budget budget) => budget.Unit == BudgetUnit.Usd
        ? "$" + new NanoUsd(budget.Limit)
        : budget.Limit.ToString(CultureInfo.InvariantCulture) + " tokens";
}

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
