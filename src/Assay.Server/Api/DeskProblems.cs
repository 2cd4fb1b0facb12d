using Assay.Server.Budgets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Api;

internal static class DeskProblems
{
    public static ProblemHttpResult ToProblem(this DeskRefusal refusal) => refusal.Kind switch
    {
        DeskRefusalKind.Invalid => Problems.Invalid(refusal.Faults!),
        DeskRefusalKind.Forbidden => Problems.Forbidden(refusal.Title, refusal.DoThis),
        DeskRefusalKind.Conflict => Problems.Conflict(refusal.Title, refusal.DoThis),
        _ => Problems.Missing(refusal.Title, refusal.DoThis),
    };
}
