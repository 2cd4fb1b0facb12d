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
        group.MapPost("/", Create).RequireAuthorization(Policies.Admin)
            .WithSummary("Creates a budget. The same budget again answers 200 and changes nothing.")
            .Produces<BudgetView>(StatusCodes.Status201Created).Produces<BudgetView>()
            .Refuses(StatusCodes.Status409Conflict);
        group.MapPatch("/{id}", Change).RequireAuthorization(Policies.Admin)
            .WithSummary("Changes a budget's limit or what happens at it. What was spent stays spent.")
            .Produces<BudgetView>()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapDelete("/{id}", Remove).RequireAuthorization(Policies.Admin)
            .WithSummary("Removes a budget. What was spent stays in the ledger.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> List(
        Caller caller, HttpRequest request, IBudgetBalances balances, CancellationToken ct)
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
        var known = await balances.BalancesAsync(page.Items, ct);
        return TypedResults.Ok(new BudgetList(
            [.. page.Items.Select(b => BudgetView.Of(b, known.GetValueOrDefault(b.Id), caller.Directory))],
            page.NextCursor));
    }

    private static async Task<IResult> Create(
        JsonBody<CreateBudget> body, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                var (budget, faults) = Read(wanted, directory, clock);
                if (budget is null)
                {
                    return Decision.Refuse(faults);
                }

                var existing = directory.BudgetsOf(budget.Scope)
                    .FirstOrDefault(b => b.Window == budget.Window && b.Unit == budget.Unit);
                if (existing is null)
                {
                    return Decision.Make(
                        new DirectoryChange.PutBudget(budget),
                        after => TypedResults.Created(
                            $"/api/v1/budgets/{budget.Id}", BudgetView.Of(budget, null, after)));
                }

                return existing == budget with { Id = existing.Id }
                    ? Decision.Unchanged(after => TypedResults.Ok(BudgetView.Of(existing, null, after)))
                    : Decision.Refuse(Problems.Conflict(
                        $"{wanted.Scope} has a budget in {DirectoryWords.Word(budget.Unit)} for this window already, with other terms.",
                        $"Change it with PATCH /api/v1/budgets/{existing.Id}."));
            },
            ct);
    }

    private static async Task<IResult> Change(
        string id, JsonBody<ChangeBudget> body, Caller caller, DirectoryEditor editor, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                if (Find(directory, id) is not { } budget)
                {
                    return Decision.Refuse(NotFound(id));
                }

                var faults = new InputFaults();
                var limit = budget.Limit;
                if (wanted.Limit is not null)
                {
                    faults.AddIf("limit", FaultInLimit(wanted.Limit, budget.Unit, out limit));
                }

                var atLimit = Word("atLimit", wanted.AtLimit, DirectoryWords.AtLimits, budget.AtLimit, faults);
                var rerouteTo = wanted.RerouteTo ?? (atLimit == AtLimit.Reroute ? budget.RerouteTo : null);
                CheckReroute(atLimit, rerouteTo, faults);
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var changed = budget with { Limit = limit, AtLimit = atLimit, RerouteTo = Absent(rerouteTo) };
                return Decision.Make(
                    new DirectoryChange.PutBudget(changed),
                    after => TypedResults.Ok(BudgetView.Of(changed, null, after)));
            },
            ct);
    }

    private static async Task<IResult> Remove(
        string id, Caller caller, DirectoryEditor editor, CancellationToken ct) =>
        await editor.ChangeAsync(
            caller,
            directory => Find(directory, id) is { } budget
                ? Decision.Make(new DirectoryChange.RemoveBudget(budget.Id), _ => TypedResults.NoContent())
                : Decision.Refuse(NotFound(id)),
            ct);

    private static (Budget? Budget, InputFaults Faults) Read(
        CreateBudget wanted, DirectorySnapshot directory, TimeProvider clock)
    {
        var faults = new InputFaults();
        var scopeFault = ScopeText.Fault(wanted.Scope);
        var (scope, missing) = scopeFault is null ? ScopeText.Resolve(wanted.Scope!, directory) : (default, null);
        faults.AddIf("scope", scopeFault ?? missing);
        var window = Word<BudgetWindow>("window", wanted.Window, DirectoryWords.Windows, null, faults);
        var unit = Word("unit", wanted.Unit, DirectoryWords.Units, BudgetUnit.Usd, faults);
        faults.AddIf("limit", FaultInLimit(wanted.Limit, unit, out var limit));
        var atLimit = Word("atLimit", wanted.AtLimit, DirectoryWords.AtLimits, AtLimit.Block, faults);
        CheckReroute(atLimit, wanted.RerouteTo, faults);
        return faults.Any
            ? (null, faults)
            : (new Budget(
                DirectoryIds.NewBudget(clock), scope, window, unit, limit, atLimit, Absent(wanted.RerouteTo)), faults);
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

    private static string? FaultInLimit(string? text, BudgetUnit unit, out long limit) => unit == BudgetUnit.Usd
        ? InputRules.FaultInUsd(text, out limit)
        : InputRules.FaultInTokens(text, out limit);

    private static Budget? Find(DirectorySnapshot directory, string id) =>
        directory.Data.Budgets.FirstOrDefault(b => b.Id == id);

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult NotFound(string id) =>
        Problems.NotFound("budget", InputRules.Shorten(id), "See GET /api/v1/budgets for those there are.");

    private static string? Absent(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
