using Assay.Server.Directory;

namespace Assay.Server.Api;

internal sealed record TeamList(IReadOnlyList<TeamView> Teams, string? NextCursor);

internal static class TeamsEndpoints
{
    public static void MapTeams(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/teams").WithTags("Teams");
        group.MapGet("/", List).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists the teams that the caller may see.")
            .Produces<TeamList>()
            .TakesQuery("limit", "cursor");
        group.MapPost("/", Create).RequireAuthorization(Policies.Admin)
            .WithSummary("Creates a team. The same team again answers 200 and changes nothing.")
            .Produces<TeamView>(StatusCodes.Status201Created).Produces<TeamView>()
            .Refuses(StatusCodes.Status409Conflict);
        group.MapPatch("/{id}", Change).RequireAuthorization(Policies.Admin)
            .WithSummary("Renames a team, moves it with everything below it, or says whether its spend is attributed.")
            .Produces<TeamView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static IResult List(Caller caller, HttpRequest request)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Number("limit", Page<Team>.LimitDefault, 1, Page<Team>.LimitMax);
        var cursor = query.Text("cursor");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var page = Page<Team>.Of(
            caller.Directory.Data.Teams.Where(t => caller.Rules.CanSeeTeam(t.Id)), t => t.Id, cursor, limit);
        return TypedResults.Ok(new TeamList([.. page.Items.Select(TeamView.Of)], page.NextCursor));
    }

    private static async Task<IResult> Create(
        JsonBody<CreateTeam> body, Caller caller, DirectoryEditor editor, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                var faults = new InputFaults();
                faults.AddIf("id", InputRules.FaultInId(wanted.Id));
                faults.AddIf("name", wanted.Name is null ? null : InputRules.FaultInName(wanted.Name));
                var parent = wanted.Parent ?? Team.OrgId;
                faults.AddIf("parent", directory.FaultInTeam(parent));
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var team = new Team(wanted.Id!, parent, wanted.Name ?? wanted.Id!);
                return directory.Teams.Find(team.Id) switch
                {
                    null => Decision.Make(
                        new DirectoryChange.PutTeam(team),
                        _ => TypedResults.Created($"/api/v1/teams/{team.Id}", TeamView.Of(team))),
                    { } existing when existing with { Attribution = team.Attribution } == team =>
                        Decision.Unchanged(_ => TypedResults.Ok(TeamView.Of(existing))),
                    { } existing => Decision.Refuse(Problems.Conflict(
                        $"The team {team.Id} exists already.",
                        $"It has the name '{existing.Name}' and the parent '{existing.ParentId}'. Change it with PATCH /api/v1/teams/{team.Id}, or choose another id.")),
                };
            },
            ct);
    }

    private static async Task<IResult> Change(
        string id, JsonBody<ChangeTeam> body, Caller caller, DirectoryEditor editor, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                if (directory.Teams.Find(id) is not { } team)
                {
                    return Decision.Refuse(Problems.NotFound("team", id, "See GET /api/v1/teams for those there are."));
                }

                var faults = new InputFaults();
                faults.AddIf("name", wanted.Name is null ? null : InputRules.FaultInName(wanted.Name));
                faults.AddIf("attribution", InputRules.FaultInAttribution(wanted.Attribution));
                if (wanted.Parent is { } parent)
                {
                    faults.AddIf("parent", directory.FaultInTeam(parent)
                        ?? (team.Id == Team.OrgId ? "cannot be set for the org, which is the root of the tree."
                            : directory.Teams.IsWithin(parent, team.Id)
                                ? $"'{parent}' is below '{team.Id}': a team cannot be moved under itself."
                            : null));
                }

                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var changed = team with
                {
                    Name = wanted.Name ?? team.Name,
                    ParentId = wanted.Parent ?? team.ParentId,
                    Attribution = DirectoryWords.Switch(wanted.Attribution, team.Attribution),
                };
                return Decision.Make(
                    new DirectoryChange.PutTeam(changed), _ => TypedResults.Ok(TeamView.Of(changed)));
            },
            ct);
    }
}
