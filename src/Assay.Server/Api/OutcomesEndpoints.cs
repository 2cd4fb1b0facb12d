using System.Globalization;
using System.Text;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Api;

internal static class OutcomesEndpoints
{
    private const int LimitDefault = 50;
    private const int LimitMax = 500;
    private const int FaultsMax = 20;
    private const int RowsAtOnce = 500;
    private const int CsvBytesMax = 8 * 1024 * 1024;

    public static void MapOutcomes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/outcomes").WithTags("Outcomes").RequireAuthorization(Policies.SignedIn);
        group.MapGet("/", List)
            .AddEndpointFilter<PeopleOnly>()
            .WithSummary("Lists outcomes, newest first: one's own, those of teams one manages, all for company-wide roles.")
            .Produces<OutcomeList>()
            .TakesQuery("kind", "source", "repo", "useCase", "rung", "from", "to", "limit", "cursor");
        group.MapGet("/{id}", Show)
            .AddEndpointFilter<PeopleOnly>()
            .WithSummary("Tells one outcome with what happened to it and its commits.")
            .Produces<OutcomeDetail>()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapPost("/", Report)
            .WithSummary("Reports that something happened to an outcome. Told twice it counts once. For administrators and outcomes.reporters.")
            .WithMetadata(new Microsoft.AspNetCore.Http.Metadata.AcceptsMetadata(["application/json"], typeof(ReportOutcome), isOptional: false))
            .Produces<OutcomeView>();
        group.MapPost("/import", Import)
            .WithSummary("Reports many outcomes as CSV whose first row names the columns: all of them, or none if one is wrong.")
            .Produces<OutcomesTaken>()
            .Refuses(StatusCodes.Status413PayloadTooLarge);
        group.MapPost("/scan", Scan)
            .WithSummary("Takes what `assay outcomes scan` found in a repository. For administrators and outcomes.reporters.")
            .WithMetadata(new Microsoft.AspNetCore.Http.Metadata.AcceptsMetadata(["application/json"], typeof(ReportScan), isOptional: false))
            .Produces<OutcomesTaken>();
    }

    private static async Task<IResult> List(Caller caller, HttpRequest request, OutcomeDesk desk, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        (long, string)? before = null;
        query.Text("cursor", text => (before = ParseCursor(text)) is null ? "is not a cursor: give the nextCursor of the page before, unchanged." : null);
        var asked = new OutcomeQuery
        {
            Kind = query.Text("kind"),
            Source = query.Text("source"),
            Repo = query.Text("repo"),
            UseCase = query.Text("useCase"),
            Rung = query.Word("rung", OutcomeWords.Rungs),
            FromMs = query.Time("from")?.ToUnixTimeMilliseconds(),
            ToMs = query.Time("to")?.ToUnixTimeMilliseconds(),
            Limit = query.Number("limit", LimitDefault, 1, LimitMax),
            Before = before,
        };
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var (found, last) = await desk.ListAsync(caller.Viewer, asked, ct);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return TypedResults.Ok(new OutcomeList(
            [.. found.Select(o => OutcomeView.Of(o, caller.Directory, now))],
            last is null ? null : string.Create(CultureInfo.InvariantCulture, $"{last.AtMs}-{last.Id}")));
    }

    private static async Task<IResult> Show(
        string id, Caller caller, OutcomeDesk desk, IOutcomeStore store, TimeProvider clock, CancellationToken ct)
    {
        if (await desk.FindAsync(caller.Viewer, id, ct) is not { } outcome)
        {
            return Problems.Missing("There is no such outcome.", "See GET /api/v1/outcomes for those that are yours to see.");
        }

        var steps = await store.StepsAsync(id, ct);
        var commits = await store.CommitsAsync([id], ct);
        var anchors = desk.MaySeeSessions(caller.Viewer, outcome) ? await store.AnchorsOfAsync(id, ct) : [];
        return TypedResults.Ok(new OutcomeDetail(
            OutcomeView.Of(outcome, caller.Directory, clock.GetUtcNow().ToUnixTimeMilliseconds()),
            [.. steps.Select(s => new StepView(OutcomeWords.Word(s.What), Rfc3339.FormatMs(s.AtMs), s.Evidence, Rfc3339.FormatMs(s.ToldMs)))],
            [.. commits[id].Select(c => c.Sha)],
            [.. anchors.Select(a => new AnchorView(a.Session, a.Sha, a.Evidence, Rfc3339.FormatMs(a.AtMs), a.Lines))]));
    }

    private static async Task<IResult> Report(
        HttpRequest request, Caller caller, OutcomeDesk desk, OutcomeSources sources, IOutcomeStore store, TimeProvider clock, CancellationToken ct)
    {
        if (!sources.MayReport(caller.Directory, caller.Viewer))
        {
            return NotAReporter();
        }

        var body = await JsonBody<ReportOutcome>.BindAsync(request.HttpContext);
        if (body.Value is not { } told)
        {
            return body.Problem!;
        }

        var faults = new InputFaults();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (OutcomeReader.Read(told, OutcomeWords.Api, sources, caller.Directory, now, faults.Add) is not { } report)
        {
            return Problems.Invalid(faults);
        }

        var taken = await desk.TakeAsync(new OutcomeBatch { Outcomes = [report] }, ct);
        return TypedResults.Ok(OutcomeView.Of((await store.FindAsync(taken![0], ct))!, caller.Directory, now));
    }

    private static async Task<IResult> Import(
        HttpRequest request, Caller caller, OutcomeDesk desk, OutcomeSources sources, TimeProvider clock, CancellationToken ct)
    {
        if (!sources.MayReport(caller.Directory, caller.Viewer))
        {
            return NotAReporter();
        }

        if (request.ContentLength > CsvBytesMax)
        {
            return Problems.TooLarge(CsvBytesMax);
        }

        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = await request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            body.Write(buffer, 0, count);
            if (body.Length > CsvBytesMax)
            {
                return Problems.TooLarge(CsvBytesMax);
            }
        }

        var faults = new InputFaults();
        var wrong = 0;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var reports = new List<OutcomeReport>();
        foreach (var (line, told) in OutcomeCsv.Read(Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length), faults) ?? [])
        {
            var report = OutcomeReader.Read(told, OutcomeWords.Csv, sources, caller.Directory, now, (field, fault) =>
            {
                if (wrong++ < FaultsMax)
                {
                    faults.Add($"line {line}, {field}", fault);
                }
            });
            if (report is not null)
            {
                reports.Add(report);
            }
        }

        if (faults.Any)
        {
            return Problems.Invalid(faults);
        }

        // Sent again after a fault in the middle it takes what is missing: a row told twice counts once.
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in reports.Chunk(RowsAtOnce))
        {
            ids.UnionWith((await desk.TakeAsync(new OutcomeBatch { Outcomes = some }, ct))!);
        }

        return TypedResults.Ok(new OutcomesTaken(reports.Count, ids.Count));
    }

    private static async Task<IResult> Scan(
        HttpRequest request, Caller caller, OutcomeDesk desk, OutcomeSources sources, CancellationToken ct)
    {
        if (!sources.MayReport(caller.Directory, caller.Viewer))
        {
            return NotAReporter();
        }

        var body = await JsonBody<ReportScan>.BindAsync(request.HttpContext);
        if (body.Value is not { } told)
        {
            return body.Problem!;
        }

        var faults = new InputFaults();
        if (ScanReader.Read(told, faults) is not { } batch)
        {
            return Problems.Invalid(faults);
        }

        var ids = await desk.TakeAsync(batch, ct);
        return TypedResults.Ok(new OutcomesTaken(batch.Outcomes.Count + batch.Reverts.Count + batch.Anchors.Count, ids!.Count));
    }

    private static ProblemHttpResult NotAReporter() => Problems.Forbidden(
        "You may not report outcomes.", "Ask an administrator to name you, or your agent, in outcomes.reporters.");

    private static (long, string)? ParseCursor(string text) =>
        text.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash
        && long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
        && Guid.TryParseExact(text.AsSpan(dash + 1), "N", out _)
            ? (ms, text[(dash + 1)..])
            : null;
}

internal sealed record OutcomeList(IReadOnlyList<OutcomeView> Outcomes, string? NextCursor);

/// <param name="Rows">How many rows were taken.</param>
/// <param name="Outcomes">How many outcomes they tell of.</param>
internal sealed record OutcomesTaken(int Rows, int Outcomes);

internal sealed record StepView(string Event, string At, string Evidence, string ToldAt);

internal sealed record AnchorView(string Session, string Commit, string Evidence, string At, long? Lines);

/// <param name="Sessions">The sessions that made its commits: for its author and for those who audit.</param>
internal sealed record OutcomeDetail(
    OutcomeView Outcome, IReadOnlyList<StepView> Steps, IReadOnlyList<string> Commits, IReadOnlyList<AnchorView> Sessions);

/// <param name="Author">As the source calls them.</param>
/// <param name="Person">Their e-mail address, if they are in the directory.</param>
/// <param name="IsProvisional">Whether its window still runs.</param>
/// <param name="SettlesAt">When its window ends or ended; null if it is not accepted or broke within its window.</param>
/// <param name="RevertRule">The rule that found its revert.</param>
/// <param name="LinesCounted">The lines that it added, as a scan of its repository counted them; null where none did.</param>
/// <param name="LinesAlive14">How many of them were there 14 days after it was accepted; null while that is to come.</param>
/// <param name="LinesAlive30">The same after 30 days.</param>
internal sealed record OutcomeView(
    string Id,
    string Kind,
    string Source,
    string Ref,
    string Title,
    string Url,
    string Repo,
    string Branch,
    string Author,
    string? Person,
    string Team,
    string UseCase,
    string? Value,
    long? LinesAdded,
    long? LinesRemoved,
    long? LinesCounted,
    long? LinesAlive14,
    long? LinesAlive30,
    IReadOnlyList<string> WorkRefs,
    string Rung,
    bool IsProvisional,
    string? ProposedAt,
    string? AcceptedAt,
    string? DeployedAt,
    string? RevertedAt,
    string? RestoredAt,
    string? ReopenedAt,
    string? AbandonedAt,
    string? ReviewedAt,
    bool? ReviewHeld,
    string? SettlesAt,
    string? RevertRule)
{
    public static OutcomeView Of(Outcome outcome, DirectorySnapshot directory, long nowMs) => new(
        outcome.Id,
        outcome.Kind,
        outcome.Source,
        outcome.Ref,
        outcome.Title,
        outcome.Url,
        outcome.Repo,
        outcome.Branch,
        outcome.Author,
        outcome.PersonId.Length == 0 ? null : directory.FindPerson(outcome.PersonId)?.Email ?? outcome.PersonId,
        outcome.TeamId,
        outcome.UseCase,
        outcome.Value is { } value ? new Ledger.Money.NanoUsd(value).ToString() : null,
        outcome.LinesAdded,
        outcome.LinesRemoved,
        outcome.CountedLines?.Added,
        outcome.CountedLines?.Alive14,
        outcome.CountedLines?.Alive30,
        outcome.WorkRefs,
        OutcomeWords.Word(outcome.State.Rung(nowMs)),
        outcome.State.IsProvisional(nowMs),
        Rfc3339.FormatMs(outcome.State.ProposedMs),
        Rfc3339.FormatMs(outcome.State.AcceptedMs),
        Rfc3339.FormatMs(outcome.State.DeployedMs),
        Rfc3339.FormatMs(outcome.State.RevertedMs),
        Rfc3339.FormatMs(outcome.State.RestoredMs),
        Rfc3339.FormatMs(outcome.State.ReopenedMs),
        Rfc3339.FormatMs(outcome.State.AbandonedMs),
        Rfc3339.FormatMs(outcome.State.ReviewedMs),
        outcome.State.ReviewHeld,
        Rfc3339.FormatMs(outcome.State.SettlesMs),
        outcome.RevertRule is { } rule ? OutcomeWords.Word(rule) : null);
}
