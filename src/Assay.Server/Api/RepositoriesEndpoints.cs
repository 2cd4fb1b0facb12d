using Assay.Server.Directory;
using Assay.Server.Judgments;
using Assay.Server.Store;

namespace Assay.Server.Api;

/// <summary>The repositories whose decisions are kept.</summary>
internal static class RepositoriesEndpoints
{
    public static void MapRepositories(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/repositories").WithTags("Judgments");
        group.MapGet("/", List).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists the repositories that the caller may see, with what the witness of their seals saw.")
            .Produces<RepositoryList>();
        group.MapPut("/", Put).RequireAuthorization(Policies.Admin)
            .WithSummary("Registers a repository, or changes its branch, team and pushers. What was pushed stays.")
            .Produces<RepositoryView>();
    }

    private static async Task<IResult> List(Caller caller, HttpRequest request, JudgmentLibrary library, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        return query.IsValid()
            ? TypedResults.Ok(new RepositoryList([.. (await library.ForAsync(caller.Rules, ct)).Select(RepositoryView.Of)]))
            : Problems.Invalid(query.Faults);
    }

    private static async Task<IResult> Put(
        JsonBody<PutRepository> body, Caller caller, JudgmentLibrary library, IStore store, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var faults = new InputFaults();
        var (branch, team, pushers) = (wanted.Branch ?? "main", wanted.Team ?? Team.OrgId, wanted.Pushers ?? []);
        faults.AddIf("name", RepositoryRules.FaultInName(wanted.Name));
        faults.AddIf("branch", RepositoryRules.FaultInBranch(branch));
        faults.AddIf("team", caller.Directory.FaultInTeam(team));
        faults.AddIf("pushers", RepositoryRules.FaultInPushers(pushers));
        if (faults.Any)
        {
            return Problems.Invalid(faults);
        }

        await store.Judgments.PutRepositoryAsync(
            JudgmentRepository.New(wanted.Name!, branch, team, [.. pushers.Select(p => p!)]), caller.Viewer.PersonId, ct);
        var log = (await library.AllAsync(ct)).First(l => l.Repository.Name == wanted.Name);
        return TypedResults.Ok(RepositoryView.Of(log));
    }
}
