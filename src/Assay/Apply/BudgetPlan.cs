using Assay.Server.Budgets;
using Assay.Server.Directory;

namespace Assay.Apply;

/// <summary>Budgets: the same budget is the same scope, window and unit.</summary>
internal sealed class BudgetPlan(PlanDraft draft)
{
    private readonly Dictionary<(BudgetScope, BudgetWindow, BudgetUnit), Budget> _existing = [];
    private readonly Dictionary<(BudgetScope, BudgetWindow, BudgetUnit), (OrgBudget Written, Budget Budget)> _wanted = [];

    public void Add(IReadOnlyList<OrgBudget> budgets)
    {
        var spare = new List<Budget>();
        foreach (var budget in draft.Directory.Data.Budgets.OrderBy(b => b.Id, StringComparer.Ordinal))
        {
            if (!_existing.TryAdd((budget.Scope, budget.Window, budget.Unit), budget))
            {
                spare.Add(budget);
            }
        }

        foreach (var budget in budgets)
        {
            Want(budget);
        }

        var removed = draft.Prune
            ? _existing.Where(b => !_wanted.ContainsKey(b.Key)).Select(b => b.Value).Concat(spare).ToList()
            : [];
        Compare(Allocate(removed));
        Remove(removed);
    }

    /// <summary>What a budget will be, but for the budget that it is allocated from.</summary>
    private void Want(OrgBudget written)
    {
        if (OrgScope.Resolve(draft, written.At, "The budget's scope", written.Scope) is not { } scope)
        {
            return;
        }

        var identity = (scope, written.Window, written.Unit);
        var budget = new Budget(
            _existing.GetValueOrDefault(identity)?.Id ?? DirectoryIds.NewBudget(draft.Clock),
            scope,
            written.Window,
            written.Unit,
            written.Limit,
            written.AtLimit,
            written.RerouteTo.Length == 0 ? null : written.RerouteTo)
        {
            OverAllocation = written.OverAllocation,
        };
        if (!_wanted.TryAdd(identity, (written, budget)))
        {
            draft.Fault(
                written.At,
                $"{written.Scope} has two budgets in {DirectoryWords.Word(written.Unit)} for the window {DirectoryWords.Word(written.Window)}, the first in line {_wanted[identity].Written.At.Line}: remove one.");
        }
    }

    private BudgetTree Allocate(List<Budget> removed)
    {
        var gone = removed.Select(b => b.Id).ToHashSet(StringComparer.Ordinal);
        var planned = draft.Directory.Data.Budgets.Where(b => !gone.Contains(b.Id)).ToDictionary(b => b.Id, StringComparer.Ordinal);
        foreach (var (identity, (written, budget)) in _wanted.ToList())
        {
            var child = written.Parent is null ? budget : budget with { ParentId = ParentOf(written, gone) };
            _wanted[identity] = (written, child);
            planned[child.Id] = child;
        }

        // Judged by the teams, people and keys as they will be.
        var directory = draft.Planned([.. planned.Values]);
        foreach (var (written, budget) in _wanted.Values)
        {
            if (directory.Budgets.ParentOf(budget) is { } parent
                && Allocation.FaultInParent(directory, budget, parent) is { } fault)
            {
                draft.Fault(written.At, $"The budget of {written.Scope} cannot be allocated from {written.Parent}: {fault}");
            }
        }

        List<DirectoryChange> changes =
        [
            .. removed.Select(b => new DirectoryChange.RemoveBudget(b.Id)),
            .. _wanted.Values.Select(w => new DirectoryChange.PutBudget(w.Budget)),
        ];
        foreach (var (whole, fault) in Allocation.FaultsInChanges(
            draft.Directory.Budgets, directory.Budgets, changes, Allocation.ForGood, b => ScopeText.Write(b.Scope, directory)))
        {
            draft.Fault(PositionOf(whole), fault);
        }

        foreach (var orphan in planned.Values.Where(b => b.ParentId is { } parentId && gone.Contains(parentId)))
        {
            draft.Fault(
                PositionOf(orphan), $"{Subject(ScopeText.Write(orphan.Scope, directory), orphan)} is allocated from a budget that is removed.");
        }

        return directory.Budgets;
    }

    private string? ParentOf(OrgBudget written, HashSet<string> gone)
    {
        if (OrgScope.Resolve(draft, written.At, "The budget's parent", written.Parent!) is not { } scope)
        {
            return null;
        }

        var identity = (scope, written.Window, written.Unit);
        if (_wanted.TryGetValue(identity, out var wanted))
        {
            return wanted.Budget.Id;
        }

        if (_existing.TryGetValue(identity, out var existing) && !gone.Contains(existing.Id))
        {
            return existing.Id;
        }

        draft.Fault(
            written.At,
            $"{written.Parent} has no budget in {DirectoryWords.Word(written.Unit)} for the window {DirectoryWords.Word(written.Window)} that the budget of {written.Scope} could be allocated from: add it, or remove parent.");
        return null;
    }

    /// <summary>Where the file speaks of a budget: in its own entry, or in the first that is allocated from it.</summary>
    private FilePosition PositionOf(Budget budget) => _wanted.Values
        .Where(w => w.Budget.Id == budget.Id || w.Budget.ParentId == budget.Id)
        .OrderByDescending(w => w.Budget.Id == budget.Id)
        .Select(w => w.Written.At)
        .FirstOrDefault(new FilePosition(1, 1));

    private void Compare(BudgetTree planned)
    {
        // A budget must be there before others are allocated from it.
        foreach (var (identity, (written, budget)) in _wanted.OrderBy(w => planned.DepthOf(w.Value.Budget)))
        {
            Compare(written, budget, _existing.GetValueOrDefault(identity));
        }
    }

    private void Compare(OrgBudget written, Budget budget, Budget? existing)
    {
        var change = new DirectoryChange.PutBudget(budget);
        var subject = Subject(written.Scope, budget);
        if (existing is null)
        {
            var from = written.Parent is { } parent ? $", allocated from {parent}" : "";
            draft.Create($"{subject}: {Limit(budget)}, {DirectoryWords.Word(budget.AtLimit)} at the limit{from}", change);
            return;
        }

        draft.Change(
            subject,
            change,
            PlanDraft.Difference("limit", Limit(existing), Limit(budget)),
            PlanDraft.Difference("atLimit", DirectoryWords.Word(existing.AtLimit), DirectoryWords.Word(budget.AtLimit)),
            PlanDraft.Difference("rerouteTo", existing.RerouteTo ?? "", budget.RerouteTo ?? ""),
            existing.ParentId == budget.ParentId
                ? null
                : PlanDraft.Difference("parent", ScopeOf(existing.ParentId), written.Parent ?? ""),
            PlanDraft.Difference("overAllocation", Flag(existing), Flag(budget)));
    }

    /// <summary>Parts before wholes; grants and loans of a budget end with it.</summary>
    private void Remove(List<Budget> removed)
    {
        var tree = draft.Directory.Budgets;
        var ended = new HashSet<string>(StringComparer.Ordinal);
        foreach (var budget in removed.OrderByDescending(tree.DepthOf))
        {
            draft.Remove(
                Subject(ScopeText.Write(budget.Scope, draft.Directory), budget),
                [.. GrantEnding.BeforeRemoval(tree, budget.Id, draft.NowMs, ended)]);
        }
    }

    private string ScopeOf(string? budgetId) =>
        budgetId is null ? ""
        : draft.Directory.Budgets.Find(budgetId) is { } budget ? ScopeText.Write(budget.Scope, draft.Directory)
        : budgetId;

    private static string Subject(string scope, Budget budget) =>
        $"budget of {scope} by {DirectoryWords.Word(budget.Window)} in {DirectoryWords.Word(budget.Unit)}";

    private static string Limit(Budget budget) => budget.Unit == BudgetUnit.Usd
        ? "$" + BudgetAmount.Write(budget.Unit, budget.Limit)
        : BudgetAmount.Write(budget.Unit, budget.Limit) + " tokens";

    private static string Flag(Budget budget) => budget.OverAllocation ? "true" : "false";
}
