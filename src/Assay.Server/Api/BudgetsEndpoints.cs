using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;

namespace Assay.Server.Api;

internal sealed record BudgetList(IReadOnlyList<BudgetView> Budgets, string? NextCursor);

internal static class BudgetsEndpoints
{
    public static void MapBudgets(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/budgets").WithTags("Budgets");
        group.MapGet("/", List).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists the budgets that limit the caller, or that they answer for, and what is left of them.")
            .Produces<BudgetList>()
            .TakesQuery("limit", "cursor");
        group.MapPost("/", Create).RequireAuthorization(Policies.Allocate)
            .WithSummary("Creates a budget, or allocates one from another. The same budget again answers 200 and changes nothing.")
            .Produces<BudgetView>(StatusCodes.Status201Created).Produces<BudgetView>()
            .Refuses(StatusCodes.Status409Conflict);
        group.MapPatch("/{id}", Change).RequireAuthorization(Policies.Allocate)
            .WithSummary("Changes a budget's limit, what happens at it, or what it is allocated from. What was spent stays spent.")
            .Produces<BudgetView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        group.MapDelete("/{id}", Remove).RequireAuthorization(Policies.Allocate)
            .WithSummary("Removes a budget; its grants and loans end. What was spent stays in the ledger.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        group.MapDelete("/{id}/grants/{grantId}", EndGrant).RequireAuthorization(Policies.Allocate)
            .WithSummary("Ends a grant or a loan to a budget now.")
            .Produces<BudgetView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> List(
        Caller caller, HttpRequest request, IBudgetBalances balances, BudgetForecasts forecasts, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Number("limit", Page<Budget>.LimitDefault, 1, Page<Budget>.LimitMax);
        var cursor = query.Text("cursor");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var page = Page<Budget>.Of(
            caller.Directory.Data.Budgets.Where(caller.Rules.CanSeeBudget), b => b.Id, cursor, limit);
        var known = await balances.BalancesAsync([.. page.Items.Where(caller.Rules.CanSeeBalance)], ct);
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return TypedResults.Ok(new BudgetList(
            [
                .. page.Items.Select(b => BudgetView.Of(
                    b,
                    caller.Rules.CanSeeBalance(b) ? known.GetValueOrDefault(b.Id) : null,
                    caller.Directory,
                    caller.Viewer,
                    nowMs,
                    caller.Rules.CanSeeBalance(b) ? forecasts.Find(b.Id) : null)),
            ],
            page.NextCursor));
    }

    private static async Task<IResult> Create(
        JsonBody<CreateBudget> body, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                var (budget, faults) = BudgetForm.Read(wanted, directory, caller.Viewer, clock);
                if (budget is null)
                {
                    return Decision.Refuse(faults);
                }

                if (BudgetForm.FaultInRights(directory, caller.Viewer, budget) is { } notAllowed)
                {
                    return Decision.Refuse(notAllowed);
                }

                var existing = directory.BudgetsOf(budget.Scope)
                    .FirstOrDefault(b => b.Window == budget.Window && b.Unit == budget.Unit);
                if (existing is not null)
                {
                    return existing == budget with { Id = existing.Id }
                        ? Decision.Unchanged(after => TypedResults.Ok(View(existing, after, caller, nowMs)))
                        : Decision.Refuse(Problems.Conflict(
                            $"{wanted.Scope} has a budget in {DirectoryWords.Word(budget.Unit)} for this window already, with other terms.",
                            $"Change it with PATCH /api/v1/budgets/{existing.Id}."));
                }

                var put = new DirectoryChange.PutBudget(budget);
                return BudgetForm.FaultInRoom(directory, [put], nowMs) is { } noRoom
                    ? Decision.Refuse(noRoom)
                    : Decision.Make(
                        put,
                        after => TypedResults.Created(
                            $"/api/v1/budgets/{budget.Id}", View(budget, after, caller, nowMs)));
            },
            ct);
    }

    private static async Task<IResult> Change(
        string id, JsonBody<ChangeBudget> body, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                var (changed, refusal) = BudgetForm.Change(wanted, id, directory, caller.Viewer, nowMs);
                return changed is null
                    ? Decision.Refuse(refusal!)
                    : Decision.Make(
                        new DirectoryChange.PutBudget(changed), after => TypedResults.Ok(View(changed, after, caller, nowMs)));
            },
            ct);
    }

    private static async Task<IResult> Remove(
        string id, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                if (BudgetForm.Find(directory, caller.Viewer, id) is not { } budget)
                {
                    return Decision.Refuse(BudgetForm.NotFound(id));
                }

                if (BudgetForm.FaultInRights(directory, caller.Viewer, budget) is { } notAllowed)
                {
                    return Decision.Refuse(notAllowed);
                }

                var children = directory.Budgets.ChildrenOf(id).ToList();
                if (children.Count > 0)
                {
                    return Decision.Refuse(Problems.Conflict(
                        $"{children.Count} {(children.Count == 1 ? "budget is" : "budgets are")} allocated from this one.",
                        $"Remove {string.Join(", ", children.Take(5).Select(c => c.Id))}, or allocate them from another budget, first."));
                }

                var changes = GrantEnding.BeforeRemoval(directory.Budgets, id, nowMs);
                return BudgetForm.FaultInRoom(directory, changes, nowMs) is { } noRoom
                    ? Decision.Refuse(noRoom)
                    : new Decision(changes, _ => TypedResults.NoContent());
            },
            ct);
    }

    private static async Task<IResult> EndGrant(
        string id, string grantId, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                if (BudgetForm.Find(directory, caller.Viewer, id) is not { } budget
                    || directory.Budgets.FindGrant(grantId) is not { } grant || grant.BudgetId != id)
                {
                    return Decision.Refuse(Problems.NotFound(
                        "grant", InputRules.Shorten(grantId), "See grants in GET /api/v1/budgets for those there are."));
                }

                var lender = grant.LenderId is { } lenderId ? directory.Budgets.Find(lenderId) : null;
                if (!BudgetRights.MayEnd(directory, caller.Viewer, budget, lender))
                {
                    return Decision.Refuse(Problems.Forbidden(
                        "This grant is not yours to end.",
                        "It is ended by those who decide about the budget, or by the owners of the budget that lends."));
                }

                if (GrantEnding.Of(grant, nowMs) is not { } end)
                {
                    return Decision.Unchanged(after => TypedResults.Ok(View(budget, after, caller, nowMs)));
                }

                return BudgetForm.FaultInRoom(directory, [end], nowMs) is { } noRoom
                    ? Decision.Refuse(noRoom)
                    : Decision.Make(end, after => TypedResults.Ok(View(budget, after, caller, nowMs)));
            },
            ct);
    }

    private static BudgetView View(Budget budget, DirectorySnapshot directory, Caller caller, long nowMs) =>
        BudgetView.Of(budget, null, directory, caller.Viewer, nowMs);
}
