using Assay.Server.Directory;

namespace Assay.Server.Api;

internal sealed record PersonList(IReadOnlyList<PersonView> People, string? NextCursor);

internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/people").WithTags("People");
        group.MapGet("/", List).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists the people that the caller may see: themself, those of the teams they manage, or all.")
            .Produces<PersonList>()
            .TakesQuery("team", "limit", "cursor");
        group.MapPost("/", Create).RequireAuthorization(Policies.Admin)
            .WithSummary("Creates a person. The same person again answers 200 and changes nothing.")
            .Produces<PersonView>(StatusCodes.Status201Created).Produces<PersonView>()
            .Refuses(StatusCodes.Status409Conflict);
        group.MapPatch("/{email}", Change).RequireAuthorization(Policies.Admin)
            .WithSummary("Changes a person's name, team, role or attribution, or disables them.")
            .Produces<PersonView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static IResult List(Caller caller, HttpRequest request)
    {
        var query = new QueryReader(request.Query);
        var team = query.Text("team", id =>
            caller.Rules.CanSeeTeam(id) ? caller.Directory.FaultInTeam(id) : "is not a team that you may see.");
        var limit = query.Number("limit", Page<Person>.LimitDefault, 1, Page<Person>.LimitMax);
        var cursor = query.Text("cursor");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var page = Page<Person>.Of(
            caller.Directory.Data.People.Where(p => caller.Rules.CanSeePerson(p.Id)
                && (team is null || caller.Directory.Teams.IsWithin(p.TeamId, team))),
            p => p.Email,
            cursor,
            limit);
        return TypedResults.Ok(new PersonList([.. page.Items.Select(PersonView.Of)], page.NextCursor));
    }

    private static async Task<IResult> Create(
        JsonBody<CreatePerson> body, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct)
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
                faults.AddIf("email", InputRules.FaultInEmail(wanted.Email));
                faults.AddIf("name", wanted.Name is null ? null : InputRules.FaultInName(wanted.Name));
                faults.AddIf("team", directory.FaultInTeam(wanted.Team ?? Team.OrgId));
                faults.AddIf("role", Existing.FaultInRole(wanted.Role));
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var email = InputRules.CanonicalEmail(wanted.Email!);
                var existing = directory.FindPersonByEmail(email);
                var person = new Person(
                    existing?.Id ?? DirectoryIds.NewPerson(clock),
                    email,
                    wanted.Name ?? email,
                    wanted.Team ?? Team.OrgId,
                    wanted.Role is { } role ? DirectoryWords.Roles[role] : Role.Employee);
                return existing switch
                {
                    null => Decision.Make(
                        new DirectoryChange.PutPerson(person),
                        _ => TypedResults.Created($"/api/v1/people/{Uri.EscapeDataString(email)}", PersonView.Of(person))),
                    _ when existing with { Attribution = person.Attribution } == person => Decision.Unchanged(_ => TypedResults.Ok(PersonView.Of(existing))),
                    _ => Decision.Refuse(Problems.Conflict(
                        $"The person {email} exists already.",
                        $"They are '{existing.Name}' with the role {DirectoryWords.Word(existing.Role)} in the team '{existing.TeamId}'{(existing.DisabledAtMs is null ? "" : ", disabled")}. Change them with PATCH /api/v1/people/{email}.")),
                };
            },
            ct);
    }

    private static async Task<IResult> Change(
        string email,
        JsonBody<ChangePerson> body,
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
                if (directory.FindPersonByEmail(email) is not { } person)
                {
                    return Decision.Refuse(Problems.NotFound(
                        "person", InputRules.Shorten(email), "See GET /api/v1/people for those there are."));
                }

                var faults = new InputFaults();
                faults.AddIf("name", wanted.Name is null ? null : InputRules.FaultInName(wanted.Name));
                faults.AddIf("team", wanted.Team is null ? null : directory.FaultInTeam(wanted.Team));
                faults.AddIf("role", Existing.FaultInRole(wanted.Role));
                faults.AddIf("attribution", InputRules.FaultInAttribution(wanted.Attribution));
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var disabledAt = wanted.Disabled switch
                {
                    true => person.DisabledAtMs ?? clock.GetUtcNow().ToUnixTimeMilliseconds(),
                    false => null,
                    null => person.DisabledAtMs,
                };
                var changed = person with
                {
                    Name = wanted.Name ?? person.Name,
                    TeamId = wanted.Team ?? person.TeamId,
                    Role = wanted.Role is { } role ? DirectoryWords.Roles[role] : person.Role,
                    DisabledAtMs = disabledAt,
                    Attribution = DirectoryWords.Switch(wanted.Attribution, person.Attribution),
                };
                if ((changed.Role != Role.Admin || disabledAt is not null) && directory.IsLastAdministrator(person))
                {
                    return Decision.Refuse(Problems.Conflict(
                        $"{person.Email} is the last administrator.",
                        "Make somebody else an administrator first; without one nobody could change the directory."));
                }

                return Decision.Make(
                    new DirectoryChange.PutPerson(changed), _ => TypedResults.Ok(PersonView.Of(changed)));
            },
            ct);
    }
}
