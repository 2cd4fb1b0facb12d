using Assay.Server.Directory;

namespace Assay.Server.Api;

internal sealed record AgentList(IReadOnlyList<AgentView> Agents, string? NextCursor);

internal static class AgentsEndpoints
{
    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/agents").WithTags("Agents");
        group.MapGet("/", List).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists the agents that the caller may see: their own, those of the teams they manage, or all.")
            .Produces<AgentList>()
            .TakesQuery("limit", "cursor");
        group.MapPost("/", Create).RequireAuthorization(Policies.Admin)
            .WithSummary("Creates an agent. The same agent again answers 200 and changes nothing.")
            .Produces<AgentView>(StatusCodes.Status201Created).Produces<AgentView>()
            .Refuses(StatusCodes.Status409Conflict);
        group.MapPatch("/{id}", Change).RequireAuthorization(Policies.Admin)
            .WithSummary("Changes an agent's name, owner or team, or disables it.")
            .Produces<AgentView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static IResult List(Caller caller, HttpRequest request)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Number("limit", Page<Agent>.LimitDefault, 1, Page<Agent>.LimitMax);
        var cursor = query.Text("cursor");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var page = Page<Agent>.Of(
            caller.Directory.Data.Agents.Where(a => caller.Rules.CanSeeAgent(a.Id)), a => a.Id, cursor, limit);
        return TypedResults.Ok(new AgentList(
            [.. page.Items.Select(a => AgentView.Of(a, caller.Directory))], page.NextCursor));
    }

    private static async Task<IResult> Create(
        JsonBody<CreateAgent> body, Caller caller, DirectoryEditor editor, CancellationToken ct)
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
                var (owner, ownerFault) = directory.PersonByEmail(wanted.Owner);
                faults.AddIf("id", InputRules.FaultInId(wanted.Id));
                faults.AddIf("name", wanted.Name is null ? null : InputRules.FaultInName(wanted.Name));
                faults.AddIf("owner", ownerFault);
                faults.AddIf("team", wanted.Team is null ? null : directory.FaultInTeam(wanted.Team));
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var agent = new Agent(
                    wanted.Id!, wanted.Name ?? wanted.Id!, owner!.Id, wanted.Team ?? owner.TeamId);
                return directory.FindAgent(agent.Id) switch
                {
                    null => Decision.Make(
                        new DirectoryChange.PutAgent(agent),
                        after => TypedResults.Created($"/api/v1/agents/{agent.Id}", AgentView.Of(agent, after))),
                    { } existing when existing == agent =>
                        Decision.Unchanged(after => TypedResults.Ok(AgentView.Of(agent, after))),
                    _ => Decision.Refuse(Problems.Conflict(
                        $"The agent {agent.Id} exists already with another content.",
                        $"Change it with PATCH /api/v1/agents/{agent.Id}, or choose another id.")),
                };
            },
            ct);
    }

    private static async Task<IResult> Change(
        string id,
        JsonBody<ChangeAgent> body,
        Caller caller,
        DirectoryEditor editor,
        TimeProvider clock,
        CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                if (directory.FindAgent(id) is not { } agent)
                {
                    return Decision.Refuse(Problems.NotFound(
                        "agent", InputRules.Shorten(id), "See GET /api/v1/agents for those there are."));
                }

                var faults = new InputFaults();
                var (owner, ownerFault) = wanted.Owner is null ? (null, null) : directory.PersonByEmail(wanted.Owner);
                faults.AddIf("name", wanted.Name is null ? null : InputRules.FaultInName(wanted.Name));
                faults.AddIf("owner", ownerFault);
                faults.AddIf("team", wanted.Team is null ? null : directory.FaultInTeam(wanted.Team));
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var changed = agent with
                {
                    Name = wanted.Name ?? agent.Name,
                    OwnerPersonId = owner?.Id ?? agent.OwnerPersonId,
                    TeamId = wanted.Team ?? agent.TeamId,
                    DisabledAtMs = wanted.Disabled switch
                    {
                        true => agent.DisabledAtMs ?? clock.GetUtcNow().ToUnixTimeMilliseconds(),
                        false => null,
                        null => agent.DisabledAtMs,
                    },
                };
                return Decision.Make(
                    new DirectoryChange.PutAgent(changed),
                    after => TypedResults.Ok(AgentView.Of(changed, after)));
            },
            ct);
    }
}
