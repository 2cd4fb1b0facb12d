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
        var (changed, refusal) = BudgetForm.Change(
            new ChangeBudget { Limit = limit }, budgetId, directory, caller.Viewer, clock.GetUtcNow().ToUnixTimeMilliseconds());
        return changed is null
            ? Decision.Refuse(refusal!)
            : Decision.Make(new DirectoryChange.PutBudget(changed), _ => Results.Empty);
    }
}
