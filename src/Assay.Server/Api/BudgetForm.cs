using Assay.Server.Budgets;
using Assay.Server.Directory;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Api;

/// <summary>Reads what is asked of a budget, and says what is wrong with it.</summary>
internal static class BudgetForm
{
    public static (Budget? Budget, InputFaults Faults) Read(
        CreateBudget wanted, DirectorySnapshot directory, Viewer viewer, TimeProvider clock)
    {
        var faults = new InputFaults();
        var scopeFault = ScopeText.Fault(wanted.Scope);
        var (scope, missing) = scopeFault is null ? ScopeText.Resolve(wanted.Scope!, directory) : (default, null);
        faults.AddIf("scope", scopeFault ?? missing);
        var window = Word<BudgetWindow>("window", wanted.Window, DirectoryWords.Windows, null, faults);
        var unit = Word("unit", wanted.Unit, DirectoryWords.Units, BudgetUnit.Usd, faults);
        faults.AddIf("limit", BudgetAmount.Fault(wanted.Limit, unit, out var limit));
        var atLimit = Word("atLimit", wanted.AtLimit, DirectoryWords.AtLimits, AtLimit.Block, faults);
        CheckReroute(atLimit, wanted.RerouteTo, faults);
        var parent = Parent(wanted.ParentId, directory, viewer, faults);
        var budget = new Budget(
            DirectoryIds.NewBudget(clock), scope, window, unit, limit, atLimit, Absent(wanted.RerouteTo))
        {
            ParentId = parent?.Id,
            OverAllocation = wanted.OverAllocation ?? false,
        };
        if (parent is not null && !faults.Any)
        {
            faults.AddIf("parentId", Allocation.FaultInParent(directory, budget, parent));
        }

        return faults.Any ? (null, faults) : (budget, faults);
    }

    public static (Budget? Budget, InputFaults Faults) Read(
        ChangeBudget wanted, Budget budget, DirectorySnapshot directory, Viewer viewer)
    {
        var faults = new InputFaults();
        var limit = budget.Limit;
        if (wanted.Limit is not null)
        {
            faults.AddIf("limit", BudgetAmount.Fault(wanted.Limit, budget.Unit, out limit));
        }

        var atLimit = Word("atLimit", wanted.AtLimit, DirectoryWords.AtLimits, budget.AtLimit, faults);
        var rerouteTo = wanted.RerouteTo ?? (atLimit == AtLimit.Reroute ? budget.RerouteTo : null);
        CheckReroute(atLimit, rerouteTo, faults);
        var changed = budget with
        {
            Limit = limit,
            AtLimit = atLimit,
            RerouteTo = Absent(rerouteTo),
            OverAllocation = wanted.OverAllocation ?? budget.OverAllocation,
        };
        if (wanted.ParentId is not null)
        {
            var parent = Parent(wanted.ParentId, directory, viewer, faults);
            changed = changed with { ParentId = parent?.Id };
            if (parent is not null && !faults.Any)
            {
                faults.AddIf("parentId", Allocation.FaultInParent(directory, changed, parent));
            }
        }

        return faults.Any ? (null, faults) : (changed, faults);
    }

    /// <summary>A budget as a change would leave it, or why it may not be made. Nothing is stored.</summary>
    public static (Budget? Changed, ProblemHttpResult? Refusal) Change(
        ChangeBudget wanted, string id, DirectorySnapshot directory, Viewer viewer, long nowMs)
    {
        if (Find(directory, viewer, id) is not { } budget)
        {
            return (null, NotFound(id));
        }

        // As it is and as it will be: one may neither take from others' allocations nor give to them.
        if (FaultInRights(directory, viewer, budget) is { } notAllowed)
        {
            return (null, notAllowed);
        }

        var (changed, faults) = Read(wanted, budget, directory, viewer);
        if (changed is null)
        {
            return (null, Problems.Invalid(faults));
        }

        var refusal = FaultInRights(directory, viewer, changed)
            ?? FaultInRoom(directory, [new DirectoryChange.PutBudget(changed)], nowMs);
        return refusal is null ? (changed, null) : (null, refusal);
    }

    /// <summary>A budget that the viewer may see.</summary>
    public static Budget? Find(DirectorySnapshot directory, Viewer viewer, string id) =>
        directory.Budgets.Find(id) is { } budget && new AccessRules(directory, viewer).CanSeeBudget(budget)
            ? budget
            : null;

    public static ProblemHttpResult NotFound(string id) =>
        Problems.NotFound("budget", InputRules.Shorten(id), "See GET /api/v1/budgets for those there are.");

    /// <summary>Why the viewer may not make or change this budget; null if they may.</summary>
    public static ProblemHttpResult? FaultInRights(DirectorySnapshot directory, Viewer viewer, Budget budget) =>
        BudgetRights.MayAllocate(directory, viewer, budget.Scope, directory.Budgets.ParentOf(budget))
            ? null
            : Problems.Forbidden(
                "This budget is not yours to change.",
                budget.ParentId is null
                    ? "You may allocate from budgets that you own: name one of them as parentId. Budgets that stand alone are for administrators."
                    : "A manager allocates from the budgets they own to the teams and people below them, and never to themself: "
                        + $"ask the owners of the budget above, or ask for more with POST {AssayApi.Prefix}/budget-requests.");

    /// <summary>Why a change of budgets does not fit; null if it does.</summary>
    public static ProblemHttpResult? FaultInRoom(
        DirectorySnapshot directory, IReadOnlyList<DirectoryChange> changes, long nowMs)
    {
        var before = directory.Budgets;
        return Allocation.FaultInChanges(
            before,
            before.After(changes),
            changes,
            nowMs,
            b => $"{ScopeText.Write(b.Scope, directory)} ({b.Id})") is { } fault
                ? Problems.Conflict("The parts would be more than the whole.", fault)
                : null;
    }

    private static Budget? Parent(string? id, DirectorySnapshot directory, Viewer viewer, InputFaults faults)
    {
        if (string.IsNullOrEmpty(id))
        {
            return null;
        }

        if (Find(directory, viewer, id) is { } parent)
        {
            return parent;
        }

        faults.Add("parentId", $"'{InputRules.Shorten(id)}' is not a budget that you may see: give an id from GET /api/v1/budgets.");
        return null;
    }

    private static T Word<T>(
        string field, string? text, IReadOnlyDictionary<string, T> words, T? otherwise, InputFaults faults)
        where T : struct, Enum
    {
        if (text is null)
        {
            faults.AddIf(field, otherwise is null ? $"is missing: use one of {DirectoryWords.List<T>()}." : null);
            return otherwise ?? default;
        }

        if (!words.TryGetValue(text, out var value))
        {
            faults.Add(field, $"'{InputRules.Shorten(text)}' is not valid: use one of {DirectoryWords.List<T>()}.");
        }

        return value;
    }

    private static void CheckReroute(AtLimit atLimit, string? rerouteTo, InputFaults faults) => faults.AddIf(
        "rerouteTo",
        ScopeText.FaultInReroute(atLimit, rerouteTo)
        ?? (string.IsNullOrEmpty(rerouteTo) ? null : InputRules.FaultInTarget(rerouteTo)));

    private static string? Absent(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
