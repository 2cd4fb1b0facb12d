using System.Globalization;
using System.Text.Json;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;
using Assay.Judgments.Search;
using Assay.Ledger.Money;
using Assay.Server.Directory;
using Assay.Server.Judgments;
using Assay.Server.Store;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Server.Api;

/// <summary>The Judgment Log: reading for everybody who may see a repository, pushing for those it names.</summary>
internal static class JudgmentsEndpoints
{
    private const int LimitDefault = 50;
    private const int LimitMax = 500;
    private const int PushBytesMax = 32 * 1024 * 1024;

    private static readonly Dictionary<string, bool> s_flags =
        new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };

    public static void MapJudgments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/judgments").WithTags("Judgments").RequireAuthorization(Policies.SignedIn);
        group.MapGet("/", List)
            .WithSummary("Finds entries: best first for a text, otherwise newest first.")
            .Produces<JudgmentPage>()
            .TakesQuery("q", "repository", "status", "stage", "owner", "relation", "tag", "area", "below", "overdue", "limit", "cursor");
        group.MapGet("/{id}", Show)
            .WithSummary("Tells one entry with its text, its chain, the spend that it names and the outcomes that it led to.")
            .Produces<JudgmentDetail>()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapGet("/seals", Seals)
            .WithSummary("The witness's lines as JSON lines: one for each sealed entry, or with all=true everything it ever saw.")
            .Produces<string>(StatusCodes.Status200OK, "application/x-ndjson")
            .TakesQuery("repository", "all")
            .Refuses(StatusCodes.Status404NotFound);
        group.MapGet("/pending", Pending)
            .WithSummary("Drafts and decisions that wait to be carried into git: one's own; all for those who may push.")
            .Produces<PendingList>()
            .TakesQuery("repository")
            .Refuses(StatusCodes.Status404NotFound);
        group.MapGet("/spend", Spend)
            .WithSummary("What a branch, a ticket or a session cost: one's own calls; all for finance, auditors and administrators.")
            .Produces<JudgmentSpendView>()
            .TakesQuery("work", "ticket", "session");
        group.MapPost("/push", Push)
            .WithSummary("Takes in what a repository's default branch is now, from a pipeline.")
            .Produces<PushView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge)
            .WithMetadata(new Microsoft.AspNetCore.Http.Metadata.AcceptsMetadata(["application/json"], typeof(PushJudgments), isOptional: false));
    }

    internal static RepositoryLog? Find(IReadOnlyList<RepositoryLog> logs, string? name) => name is null
        ? logs.Count == 1 ? logs[0] : null
        : logs.FirstOrDefault(l => l.Repository.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static async Task<IResult> List(
        Caller caller, HttpRequest request, JudgmentLibrary library, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var asked = new JudgmentQuery
        {
            Text = query.Text("q"),
            Repository = query.Text("repository"),
            Status = query.Text("status", OneOf(JudgmentQuery.Statuses)),
            Stage = query.Text("stage", OneOf(JudgmentWords.Stages)),
            Owner = query.Text("owner"),
            Relation = query.Text("relation", OneOf(JudgmentWords.Relations)),
            Tag = query.Text("tag"),
            Area = query.Text("area"),
            Overdue = query.Word("overdue", s_flags) ?? false,
            Below = query.Number("below", -1, 0, 101) is var below and >= 0 ? below : null,
        };
        var limit = query.Number("limit", LimitDefault, 1, LimitMax);
        var after = query.Number("cursor", 0, 0, JudgmentQuery.HitsMax);
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var now = clock.GetUtcNow();
        var found = asked.Find(await library.ForAsync(caller.Rules, ct), now);
        return TypedResults.Ok(new JudgmentPage(
            [.. found.Skip(after).Take(limit).Select(f => JudgmentView.Of(f, now))],
            found.Count,
            found.Count > after + limit ? (after + limit).ToString(CultureInfo.InvariantCulture) : null));
    }

    private static async Task<IResult> Show(
        string id, Caller caller, JudgmentLibrary library, SpendJoin spend, OutcomeJoin outcomes, TimeProvider clock, CancellationToken ct)
    {
        if (!Guid.TryParseExact(id, "D", out var wanted)
            || (await library.ForAsync(caller.Rules, ct)).Select(l => (Log: l, Entry: l.Log.Find(wanted))).FirstOrDefault(f => f.Entry is not null)
                is not { Entry: { } entry } found)
        {
            return Problems.NotFound("judgment", InputRules.Shorten(id), "See GET /api/v1/judgments for those there are; give the whole id.");
        }

        var commit = found.Log.CommitOf(entry);
        return TypedResults.Ok(new JudgmentDetail(
            JudgmentView.Of(new FoundEntry(found.Log, entry), clock.GetUtcNow()),
            found.Log.TextOf(entry),
            commit?.Commit,
            commit?.Author,
            [.. JudgmentChain.Of(found.Log.Log, entry).Select(s => ChainStepView.Of(found.Log, s))],
            JudgmentSpendView.Of((await spend.OfAsync([entry.Judgment], caller.Rules, ct))[entry.Judgment.Id]),
            [.. (await outcomes.OfAsync(found.Log, entry, caller.Rules, ct)).Select(o => JudgmentOutcomeView.Of(o, clock.GetUtcNow()))]));
    }

    private static async Task<IResult> Seals(Caller caller, HttpRequest request, JudgmentLibrary library, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var repository = query.Text("repository");
        var all = query.Word("all", s_flags) ?? false;
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        if (Find(await library.ForAsync(caller.Rules, ct), repository) is not { } log)
        {
            return NoRepository(repository);
        }

        var lines = log.Chain.Where(l => all || l.Kind == WitnessKind.Sealed)
            .Select(l => JsonSerializer.Serialize(WitnessLineView.Of(l), JsonBodyOptions.Serializer));
        return TypedResults.Text(string.Concat(lines.Select(l => l + "\n")), "application/x-ndjson");
    }

    private static async Task<IResult> Pending(Caller caller, HttpRequest request, JudgmentLibrary library, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var repository = query.Text("repository");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        if (Find(await library.ForAsync(caller.Rules, ct), repository) is not { } log)
        {
            return NoRepository(repository);
        }

        var sees = RepositoryRules.MayPush(log.Repository, caller.Directory, caller.Viewer);
        return TypedResults.Ok(new PendingList(
            log.Repository.Name,
            [
                .. log.Drafts.Where(d => (sees || d.PersonId == caller.Viewer.PersonId) && log.DecisionOf(d.Id) is null)
                    .Select(d => new PendingDraft(
                        d.Id.ToString("D"), d.Content, caller.Directory.FindPerson(d.PersonId)?.Email, d.DraftedBy, Rfc3339.FormatMs(d.AtMs))),
            ],
            [
                .. log.Decisions.Where(d => d.DoneAtMs is null && (sees || d.PersonId == caller.Viewer.PersonId))
                    .Select(d => new PendingDecision(
                        d.EntryId.ToString("D"), d.Decision, d.Owner, d.Confidence, Rfc3339.FormatMs(d.AtMs), d.Blob, d.Content)),
            ]));
    }

    private static async Task<IResult> Spend(Caller caller, HttpRequest request, IStore store, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        string?[] work = [query.Text("work"), query.Text("ticket")];
        var session = query.Text("session");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var rows = await store.Judgments.SpendAsync(
            session is null ? [] : [session], [.. work.OfType<string>()], SpendJoin.PersonOf(caller.Rules), ct);
        return TypedResults.Ok(JudgmentSpendView.Of(new EntrySpend(
            rows.Sum(r => r.Requests), rows.Sum(r => r.Tokens), new NanoUsd(rows.Sum(r => r.CostNanos)), !caller.Rules.SeesCompany)));
    }

    private static async Task<IResult> Push(
        Caller caller, HttpRequest request, JudgmentLibrary library, IStore store, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = PushBytesMax;
        }

        using var bytes = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(bytes, ct);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problems.TooLarge(PushBytesMax);
        }

        var body = JsonBody<PushJudgments>.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        if (body.Value is not { } push)
        {
            return body.Problem!;
        }

        var faults = new InputFaults();
        faults.AddIf("repository", RepositoryRules.FaultInName(push.Repository));
        var snapshot = PushReader.Read(push, faults);
        if (faults.Any)
        {
            return Problems.Invalid(faults);
        }

        if (Find(await library.ForAsync(caller.Rules, ct), push.Repository) is not { } log)
        {
            return NoRepository(push.Repository);
        }

        if (!RepositoryRules.MayPush(log.Repository, caller.Directory, caller.Viewer))
        {
            await store.Judgments.ForgedAsync(
                caller.Viewer.AgentId.Length > 0 ? "agent:" + caller.Viewer.AgentId : caller.Viewer.PersonId,
                "repository:" + log.Repository.Name,
                "pushed entries without being named as one who may",
                ct);
            return Problems.Forbidden(
                $"You may not push the entries of {log.Repository.Name}.",
                "Only administrators and those named in its 'pushers' may, since what they push counts as git's word. This attempt was written down.");
        }

        var added = await store.Judgments.ApplyAsync(log.Repository.Name, snapshot!, "push", ct);
        return added is null
            ? NoRepository(push.Repository)
            : TypedResults.Ok(new PushView(log.Repository.Name, snapshot!.Head, snapshot.Entries.Count, [.. added.Select(WitnessLineView.Of)]));
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult NoRepository(string? name) => Problems.Missing(
        name is null ? "Say which repository." : $"There is no repository {InputRules.Shorten(name)}.",
        "See GET /api/v1/repositories for those there are; an administrator registers one with PUT /api/v1/repositories.");

    private static Func<string, string?> OneOf(IReadOnlyList<string> words) =>
        text => words.Contains(text, StringComparer.Ordinal) ? null : $"'{InputRules.Shorten(text)}' is not one of: {string.Join(", ", words)}.";
}
