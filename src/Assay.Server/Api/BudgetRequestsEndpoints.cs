using Assay.Server.Budgets;
using Assay.Server.Directory;

namespace Assay.Server.Api;

/// <summary>A request for more of a budget. Amounts are in the budget's unit.</summary>
/// <param name="Remaining">What is left of the budget while the request is open; null if it is closed or that is not known.</param>
internal sealed record BudgetRequestView(
    string Id,
    string Budget,
    string? Scope,
    string? Window,
    string Unit,
    string AskedBy,
    string AskedAt,
    string Amount,
    string Reason,
    string? Until,
    string? Remaining,
    string State,
    string? DecidedBy,
    string? DecidedAt,
    string? DecisionReason,
    string? GrantedAmount,
    string? Grant,
    string? Judgment)
{
    public static BudgetRequestView Of(
        BudgetRequest request, BudgetBalance? balance, DirectorySnapshot directory, long nowMs)
    {
        var budget = directory.Budgets.Find(request.BudgetId);
        return new(
            request.Id,
            request.BudgetId,
            budget is null ? null : ScopeText.Write(budget.Scope, directory),
            budget is null ? null : DirectoryWords.Word(budget.Window),
            DirectoryWords.Word(request.Unit),
            Email(request.AskedBy)!,
            Rfc3339.FormatMs(request.AskedAtMs),
            Amount(request.Amount)!,
            request.Reason,
            Rfc3339.FormatMs(request.UntilMs),
            Amount(balance?.Remaining),
            DirectoryWords.Word(request.StateAt(nowMs)),
            Email(request.DecidedBy),
            Rfc3339.FormatMs(request.DecidedAtMs),
            request.DecisionReason,
            Amount(request.GrantedAmount),
            request.GrantId,
            request.Judgment);

        string? Email(string? person) => person is null ? null : directory.FindPerson(person)?.Email ?? person;

        string? Amount(long? amount) => amount is { } value ? BudgetAmount.Write(request.Unit, value) : null;
    }
}

internal sealed record BudgetRequestList(IReadOnlyList<BudgetRequestView> Requests, string? NextCursor);

internal static class BudgetRequestsEndpoints
{
    private static readonly Dictionary<string, bool> s_flags =
        new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };

    private static readonly Dictionary<string, BudgetRequestState> s_states =
        Enum.GetValues<BudgetRequestState>().ToDictionary(DirectoryWords.Word, s => s, StringComparer.Ordinal);

    public static void MapBudgetRequests(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/budget-requests").WithTags("Budgets").RequireAuthorization(Policies.SignedIn);
        group.MapGet("/", List)
            .WithSummary("Lists requests for more, newest first: one's own, those one can decide, or all for company-wide roles.")
            .Produces<BudgetRequestList>()
            .TakesQuery("state", "mine", "inbox", "limit", "cursor");
        group.MapPost("/", Ask)
            .WithSummary("Asks for more of a budget that limits the caller or that they answer for.")
            .Produces<BudgetRequestView>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status409Conflict);
        group.MapGet("/{id}", Show)
            .WithSummary("Tells one request.")
            .Produces<BudgetRequestView>()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapPost("/{id}/decision", Decide)
            .WithSummary("Grants a request in whole or in part, lends from another budget, or declines. Decided exactly once.")
            .Produces<BudgetRequestView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        group.MapDelete("/{id}", Withdraw)
            .WithSummary("Withdraws one's own open request.")
            .Produces<BudgetRequestView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> List(
        Caller caller,
        HttpRequest request,
        RequestDesk desk,
        IBudgetBalances balances,
        TimeProvider clock,
        CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var state = query.Word("state", s_states);
        var mine = query.Word("mine", s_flags) ?? false;
        var inbox = query.Word("inbox", s_flags) ?? false;
        var limit = query.Number("limit", 100, 1, Page<BudgetRequest>.LimitDefault);
        var cursor = query.Text("cursor");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var (requests, next) = await desk.ListAsync(caller.Viewer, state, mine, inbox, cursor, limit, ct);
        return TypedResults.Ok(new BudgetRequestList(await ViewAsync(requests, caller, balances, clock, ct), next));
    }

    private static async Task<IResult> Ask(
        JsonBody<CreateBudgetRequest> body, Caller caller, RequestDesk desk, TimeProvider clock, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var answer = await desk.AskAsync(caller.Viewer, wanted, ct);
        return answer.Value is { } request
            ? TypedResults.Created($"/api/v1/budget-requests/{request.Id}", View(request, caller, clock))
            : answer.Refusal!.ToProblem();
    }

    private static async Task<IResult> Show(
        string id, Caller caller, RequestDesk desk, IBudgetBalances balances, TimeProvider clock, CancellationToken ct)
    {
        var answer = await desk.FindAsync(caller.Viewer, id, ct);
        return answer.Value is { } request
            ? TypedResults.Ok((await ViewAsync([request], caller, balances, clock, ct))[0])
            : answer.Refusal!.ToProblem();
    }

    private static async Task<IResult> Decide(
        string id,
        JsonBody<DecideBudgetRequest> body,
        Caller caller,
        RequestDesk desk,
        TimeProvider clock,
        CancellationToken ct) => body.Value is { } wanted
            ? Answer(await desk.DecideAsync(caller.Viewer, id, wanted, ct), caller, clock)
            : body.Problem!;

    private static async Task<IResult> Withdraw(
        string id, Caller caller, RequestDesk desk, TimeProvider clock, CancellationToken ct) =>
        Answer(await desk.WithdrawAsync(caller.Viewer, id, ct), caller, clock);

    private static IResult Answer(DeskAnswer<BudgetRequest> answer, Caller caller, TimeProvider clock) =>
        answer.Value is { } request ? TypedResults.Ok(View(request, caller, clock)) : answer.Refusal!.ToProblem();

    private static BudgetRequestView View(BudgetRequest request, Caller caller, TimeProvider clock) =>
        BudgetRequestView.Of(request, null, caller.Directory, clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>
    /// Whoever asks for more shows those who decide what is left; it goes back to being the asker's own afterwards.
    /// </summary>
    private static async ValueTask<List<BudgetRequestView>> ViewAsync(
        IReadOnlyList<BudgetRequest> requests,
        Caller caller,
        IBudgetBalances balances,
        TimeProvider clock,
        CancellationToken ct)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var budgets = requests.Where(IsOpen).Select(r => caller.Directory.Budgets.Find(r.BudgetId)).OfType<Budget>().Distinct();
        var known = await balances.BalancesAsync([.. budgets], ct);
        return
        [
            .. requests.Select(r => BudgetRequestView.Of(
                r, IsOpen(r) ? known.GetValueOrDefault(r.BudgetId) : null, caller.Directory, nowMs)),
        ];

        bool IsOpen(BudgetRequest request) => request.StateAt(nowMs) == BudgetRequestState.Open;
    }
}
