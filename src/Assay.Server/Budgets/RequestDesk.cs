using Assay.Server.Api;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Budgets;

/// <summary>
/// Where one asks for more of a budget and where it is decided, for the API, the pages and the links in notifications.
/// A decision is made on the newest directory and stored together with what it changes, or not at all.
/// </summary>
internal sealed partial class RequestDesk(
    IBudgetRequestStore store,
    DirectorySnapshots snapshots,
    GrantTerms terms,
    IBudgetEvents events,
    TimeProvider clock,
    ILogger<RequestDesk> log)
{
    // Each attempt fails only because somebody else changed the directory meanwhile.
    private const int AttemptsMax = 8;

    private const int BatchSize = 500;

    private static readonly DeskRefusal s_agent = new(
        DeskRefusalKind.Forbidden,
        "An agent's key cannot ask for money or decide about it.",
        "Use a key of the person who answers for the agent.");

    /// <summary>Asks for more of a budget.</summary>
    public async Task<DeskAnswer<BudgetRequest>> AskAsync(Viewer asker, CreateBudgetRequest wanted, CancellationToken ct)
    {
        if (asker.AgentId.Length > 0)
        {
            return s_agent;
        }

        var directory = snapshots.Current;
        var faults = new InputFaults();
        var budget = wanted.Budget is { } id ? directory.Budgets.Find(id) : null;
        if (budget is null || !new AccessRules(directory, asker).CanSeeBudget(budget))
        {
            faults.Add("budget", string.IsNullOrEmpty(wanted.Budget)
                ? "is missing: give the id of a budget from GET /api/v1/budgets."
                : $"'{InputRules.Shorten(wanted.Budget)}' is not a budget of yours: see GET /api/v1/budgets.");
            budget = null;
        }
        else if (!BudgetRights.MayAsk(directory, asker, budget))
        {
            return new DeskRefusal(
                DeskRefusalKind.Forbidden,
                "This budget does not limit you.",
                "Ask for more of a budget that limits you or that you answer for; whoever needs more here asks themself.");
        }

        long amount = 0;
        var nowMs = NowMs;
        faults.AddIf("amount", BudgetAmount.FaultAboveZero(wanted.Amount, budget?.Unit ?? BudgetUnit.Usd, out amount));
        faults.AddIf("reason", RequestText.FaultInReason(wanted.Reason, isRequired: true));
        faults.AddIf("until", RequestText.FaultInUntil(wanted.Until, nowMs, out var untilMs));
        if (faults.Any || budget is null)
        {
            return DeskRefusal.Invalid(faults);
        }

        var request = new BudgetRequest(
            DirectoryIds.NewBudgetRequest(clock),
            budget.Id,
            asker.PersonId,
            nowMs,
            amount,
            budget.Unit,
            wanted.Reason!.Trim(),
            untilMs);
        if (await store.AddAsync(request, ct) is { } open)
        {
            return new DeskRefusal(
                DeskRefusalKind.Conflict,
                $"You have asked for {BudgetAmount.Say(budget.Unit, open.Amount)} more of this budget already.",
                $"Wait for the decision, or withdraw it first with DELETE /api/v1/budget-requests/{open.Id}.");
        }

        var deciders = BudgetOwners.DecidersOf(directory, budget, asker.PersonId);
        await TellAsync(e => e.RequestedAsync(request, budget, deciders, ct));
        return request;
    }

    /// <summary>A request that the viewer may see: their own, one that they can decide, or any for those who see everything.</summary>
    public async Task<DeskAnswer<BudgetRequest>> FindAsync(Viewer viewer, string id, CancellationToken ct) =>
        await store.FindAsync(id, ct) is { } request && CanSee(snapshots.Current, viewer, request)
            ? request
            : DeskRefusal.NoRequest;

    /// <summary>The requests that the viewer may see, newest first, and the cursor of the next page.</summary>
    /// <param name="inbox">Only those that are theirs to decide, their own excepted.</param>
    public async Task<(IReadOnlyList<BudgetRequest> Requests, string? NextCursor)> ListAsync(
        Viewer viewer, BudgetRequestState? state, bool mine, bool inbox, string? cursor, int limit, CancellationToken ct)
    {
        var directory = snapshots.Current;
        var found = new List<BudgetRequest>();
        for (var last = cursor; ;)
        {
            var batch = await store.ListAsync(
                new BudgetRequestQuery(NowMs, state, mine ? viewer.PersonId : null, last, BatchSize), ct);
            foreach (var request in batch)
            {
                if (!(inbox ? IsInInbox(directory, viewer, request) : CanSee(directory, viewer, request)))
                {
                    continue;
                }

                if (found.Count == limit)
                {
                    return (found, found[^1].Id);
                }

                found.Add(request);
            }

            if (batch.Count < BatchSize)
            {
                return (found, null);
            }

            last = batch[^1].Id;
        }
    }

    /// <summary>Grants, lends or declines. Exactly one decision counts; whoever comes second is told whose.</summary>
    public async Task<DeskAnswer<BudgetRequest>> DecideAsync(
        Viewer decider, string id, DecideBudgetRequest wanted, CancellationToken ct)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            await snapshots.RefreshAsync(ct);
            var directory = snapshots.Current;
            if (await store.FindAsync(id, ct) is not { } request || !CanSee(directory, decider, request))
            {
                return DeskRefusal.NoRequest;
            }

            if (request.StateAt(NowMs) != BudgetRequestState.Open
                || directory.Budgets.Find(request.BudgetId) is not { } budget)
            {
                return NotOpen(directory, request);
            }

            if (!BudgetRights.MayDecide(directory, decider, budget, request.AskedBy))
            {
                return decider.AgentId.Length > 0 ? s_agent : NotYours(directory, budget, request);
            }

            var answer = await terms.DecideAsync(directory, decider, request, budget, wanted, ct);
            if (answer.Value is not { } decision)
            {
                return answer.Refusal!;
            }

            var (closed, changes) = decision;
            try
            {
                var closing = await store.CloseAsync(closed, changes, directory.Version, decider.PersonId, ct);
                switch (closing.Status)
                {
                    case RequestClosingStatus.Done:
                        await snapshots.TryRefreshAsync(ct);
                        await TellAsync(e => e.DecidedAsync(closed, budget, ct));
                        return closed;
                    case RequestClosingStatus.Closed:
                        return NotOpen(directory, closing.Request!);
                    case RequestClosingStatus.Missing:
                        return DeskRefusal.NoRequest;
                    default:
                        continue;
                }
            }
            catch (DirectoryConflictException conflict)
            {
                return new DeskRefusal(
                    DeskRefusalKind.Conflict, "This contradicts the directory.", conflict.Message);
            }
        }

        return Busy;
    }

    /// <summary>Takes one's own open request back.</summary>
    public async Task<DeskAnswer<BudgetRequest>> WithdrawAsync(Viewer asker, string id, CancellationToken ct)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            await snapshots.RefreshAsync(ct);
            var directory = snapshots.Current;
            if (await store.FindAsync(id, ct) is not { } request || !CanSee(directory, asker, request))
            {
                return DeskRefusal.NoRequest;
            }

            if (request.AskedBy != asker.PersonId || asker.AgentId.Length > 0)
            {
                return new DeskRefusal(
                    DeskRefusalKind.Forbidden, "This is somebody else's request.", "Decline it instead, if it is yours to decide.");
            }

            var closed = request with
            {
                State = BudgetRequestState.Withdrawn,
                DecidedBy = asker.PersonId,
                DecidedAtMs = NowMs,
            };
            var closing = await store.CloseAsync(closed, [], directory.Version, asker.PersonId, ct);
            switch (closing.Status)
            {
                case RequestClosingStatus.Done:
                    return closed;
                case RequestClosingStatus.Closed:
                    return NotOpen(directory, closing.Request!);
                case RequestClosingStatus.Missing:
                    return DeskRefusal.NoRequest;
                default:
                    continue;
            }
        }

        return Busy;
    }

    private static DeskRefusal Busy { get; } = new(
        DeskRefusalKind.Conflict, "The directory keeps changing.", "Nothing was decided. Try again in a moment.");

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static bool CanSee(DirectorySnapshot directory, Viewer viewer, BudgetRequest request) =>
        viewer.Role is Role.Finance or Role.Auditor or Role.Admin
        || (viewer.AgentId.Length == 0
            && (request.AskedBy == viewer.PersonId || request.DecidedBy == viewer.PersonId || Decides(directory, viewer, request)));

    private static bool IsInInbox(DirectorySnapshot directory, Viewer viewer, BudgetRequest request) =>
        request.AskedBy != viewer.PersonId
        && directory.Budgets.Find(request.BudgetId) is { } budget
        && viewer.AgentId.Length == 0
        && BudgetOwners.DecidersOf(directory, budget, request.AskedBy).Contains(viewer.PersonId, StringComparer.Ordinal);

    private static bool Decides(DirectorySnapshot directory, Viewer viewer, BudgetRequest request) =>
        directory.Budgets.Find(request.BudgetId) is { } budget
        && BudgetRights.MayDecide(directory, viewer, budget, request.AskedBy);

    private DeskRefusal NotOpen(DirectorySnapshot directory, BudgetRequest request)
    {
        var who = request.DecidedBy is { } id ? directory.FindPerson(id)?.Email ?? id : null;
        var word = DirectoryWords.Word(request.StateAt(NowMs));
        return new DeskRefusal(
            DeskRefusalKind.Conflict,
            who is null
                ? $"The request is not open any more: it is {word}."
                : $"The request is not open any more: it was {Said(request.State)} by {who} at {Rfc3339.FormatMs(request.DecidedAtMs)}.",
            "Nothing was changed. If more is needed, ask again with POST /api/v1/budget-requests.");
    }

    private static string Said(BudgetRequestState state) => state switch
    {
        BudgetRequestState.Partly => "granted in part",
        BudgetRequestState.Lent => "answered with a loan",
        _ => DirectoryWords.Word(state),
    };

    private static DeskRefusal NotYours(DirectorySnapshot directory, Budget budget, BudgetRequest request) => new(
        DeskRefusalKind.Forbidden,
        "This request is not yours to decide.",
        "It is decided by " + string.Join(
            ", ",
            BudgetOwners.DecidersOf(directory, budget, request.AskedBy).Select(p => directory.FindPerson(p)?.Email ?? p)) + ".");

    private async Task TellAsync(Func<IBudgetEvents, ValueTask> tell)
    {
        try
        {
            await tell(events);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogNotTold(log, fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A budget request was stored, but not everybody could be told of it.")]
    private static partial void LogNotTold(ILogger log, Exception fault);
}
