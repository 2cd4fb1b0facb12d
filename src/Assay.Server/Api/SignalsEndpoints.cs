using Assay.Server.Directory;
using Assay.Server.Signals;
using Assay.Server.Signals.Actions;

namespace Assay.Server.Api;

/// <summary>Something unusual, with what was seen and what was said about it.</summary>
/// <param name="Person">Whom it concerns; null when it is a team's or the company's.</param>
/// <param name="CostUsd">What it cost beyond the usual when it was found.</param>
/// <param name="ToldOwners">Since when those who answer for the team may know of it.</param>
/// <param name="Action">What was done about it: off, notify, ask, slow, work-ref, rate-limit or stop.</param>
/// <param name="ActionUntil">When calls no longer feel it by itself; null if none do.</param>
/// <param name="LiftedAt">When it was ended before.</param>
internal sealed record SignalView(
    string Id,
    string Kind,
    string At,
    string? Person,
    string Team,
    string Subject,
    string CostUsd,
    SignalEvidence Evidence,
    string? Answer,
    string? Text,
    string? AnsweredBy,
    string? AnsweredAt,
    string? ToldOwners,
    string Action,
    string? ActionUntil,
    string? LiftedAt,
    string? LiftedBy)
{
    public static SignalView Of(Signal signal, Caller caller) => new(
        signal.Id,
        signal.Kind,
        Rfc3339.FormatMs(signal.AtMs),
        Email(signal.PersonId, caller.Directory),
        signal.TeamId,
        signal.Subject,
        new Ledger.Money.NanoUsd(signal.Cost).ToString(),
        caller.Rules.CanSeeUsageOfPerson(signal.PersonId) ? signal.Evidence : signal.Evidence with { Alike = [] },
        signal.Answer is { } answer ? SignalWords.Word(answer) : null,
        signal.AnswerText,
        Email(signal.AnsweredBy, caller.Directory),
        Rfc3339.FormatMs(signal.AnsweredMs),
        Rfc3339.FormatMs(signal.OwnersMs),
        SignalActions.Word(signal.Action),
        Rfc3339.FormatMs(signal.ActionUntilMs),
        Rfc3339.FormatMs(signal.LiftedMs),
        Email(signal.LiftedBy, caller.Directory));

    private static string? Email(string? person, DirectorySnapshot directory) =>
        person is null or "" ? null : directory.FindPerson(person)?.Email ?? person;
}

internal sealed record SignalList(IReadOnlyList<SignalView> Signals, string? NextCursor);

internal static class SignalsEndpoints
{
    private const int LimitDefault = 50;
    private const int LimitMax = 200;

    private static readonly Dictionary<string, bool> s_states =
        new(StringComparer.Ordinal) { ["open"] = true, ["answered"] = false };

    public static void MapSignals(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/signals").WithTags("Signals").RequireAuthorization(Policies.SignedIn)
            .AddEndpointFilter<PeopleOnly>();
        group.MapGet("/", List)
            .WithSummary("Lists signals, newest first: one's own, and those that one answers for once they are theirs to know.")
            .Produces<SignalList>()
            .TakesQuery("state", "limit", "cursor");
        group.MapGet("/{id}", Show)
            .WithSummary("Tells one signal with its evidence.")
            .Produces<SignalView>()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapPost("/{id}/answer", Answer)
            .WithSummary("Answers a signal, once. What is planned or expected becomes usual; what is not is told to the owners.")
            .Produces<SignalView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        group.MapPost("/{id}/lift", Lift)
            .WithSummary("Ends what calls feel of a signal; for those who answer for the team.")
            .Produces<SignalView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> Lift(string id, Caller caller, SignalDesk desk, CancellationToken ct)
    {
        var done = await desk.LiftAsync(caller.Viewer, id, ct);
        return done.Value is { } signal
            ? TypedResults.Ok(SignalView.Of(signal, caller))
            : done.Refusal!.ToProblem();
    }

    private static async Task<IResult> List(Caller caller, HttpRequest request, SignalDesk desk, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var isOpen = query.Word("state", s_states);
        var limit = query.Number("limit", LimitDefault, 1, LimitMax);
        var cursor = query.Text("cursor");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var (signals, next) = await desk.ListAsync(caller.Viewer, isOpen, cursor, limit, ct);
        return TypedResults.Ok(new SignalList([.. signals.Select(s => SignalView.Of(s, caller))], next));
    }

    private static async Task<IResult> Show(string id, Caller caller, SignalDesk desk, CancellationToken ct)
    {
        var found = await desk.FindAsync(caller.Viewer, id, ct);
        return found.Value is { } signal
            ? TypedResults.Ok(SignalView.Of(signal, caller))
            : found.Refusal!.ToProblem();
    }

    private static async Task<IResult> Answer(
        string id, JsonBody<AnswerSignal> body, Caller caller, SignalDesk desk, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var done = await desk.AnswerAsync(caller.Viewer, id, wanted.Answer, wanted.Text, ct);
        return done.Value is { } signal
            ? TypedResults.Ok(SignalView.Of(signal, caller))
            : done.Refusal!.ToProblem();
    }
}
