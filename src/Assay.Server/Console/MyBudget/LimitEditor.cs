using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Console.MyBudget;

/// <summary>Changes a budget's limit from a page, by the same rules as the API.</summary>
internal sealed class LimitEditor(DirectoryEditor editor, TimeProvider clock)
{
    /// <summary>Null if it is done.</summary>
    public async Task<DeskRefusal?> ChangeAsync(Caller caller, string budgetId, string limit, CancellationToken ct)
    {
        var result = await editor.ChangeAsync(caller, directory => Decide(caller, directory, budgetId, limit), ct);
        return result is ProblemHttpResult { ProblemDetails: var problem }
            ? new DeskRefusal(
                problem.Status switch
                {
                    StatusCodes.Status403Forbidden => DeskRefusalKind.Forbidden,
                    StatusCodes.Status404NotFound => DeskRefusalKind.NotFound,
                    StatusCodes.Status409Conflict => DeskRefusalKind.Conflict,
                    _ => DeskRefusalKind.Invalid,
                },
                problem.Title ?? "It was not done.",
                problem.Detail ?? "")
            : null;
    }

    private Decision Decide(Caller caller, DirectorySnapshot directory, string budgetId, string limit)
    {
        if (directory.Budgets.Find(budgetId) is not { } budget || !caller.Rules.CanSeeBudget(budget))
        {
            return Decision.Refuse(Problems.NotFound("budget", InputRules.Shorten(budgetId), "Load the page again."));
        }

        if (BudgetForm.FaultInRights(directory, caller.Viewer, budget) is { } notAllowed)
        {
            return Decision.Refuse(notAllowed);
        }

        var (changed, faults) = BudgetForm.Read(new ChangeBudget { Limit = limit }, budget, directory, caller.Viewer);
        if (changed is null)
        {
            return Decision.Refuse(faults);
        }

        var put = new DirectoryChange.PutBudget(changed);
        return BudgetForm.FaultInRoom(directory, [put], clock.GetUtcNow().ToUnixTimeMilliseconds()) is { } noRoom
            ? Decision.Refuse(noRoom)
            : Decision.Make(put, _ => Results.Empty);
    }
}
