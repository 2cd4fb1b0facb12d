using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;
using Assay.Server.Routing;

namespace Assay.Server.Api;

/// <summary>Experiments: declared once, looked at when they are over.</summary>
internal static class ExperimentsEndpoints
{
    public static void MapExperiments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/experiments").WithTags("Experiments").AddEndpointFilter<PeopleOnly>();
        group.MapGet("/", List).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists experiments, the last declared first. Whose calls are tried on may know it.")
            .Produces<ExperimentList>();
        group.MapGet("/{id}", Show).RequireAuthorization(Policies.Company)
            .WithSummary("Tells an experiment, and what it showed once it can be judged: not before.")
            .Produces<ExperimentDetail>()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapPost("/", Declare).RequireAuthorization(Policies.Admin)
            .WithSummary("Declares an experiment on a route, before it begins.")
            .Produces<ExperimentView>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status409Conflict);
        group.MapPost("/{id}/stop", Stop).RequireAuthorization(Policies.Admin)
            .WithSummary("Stops an experiment before its end. It is then never judged.")
            .Produces<ExperimentView>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static Microsoft.AspNetCore.Http.HttpResults.Ok<ExperimentList> List(Caller caller, TimeProvider clock)
    {
        var now = Now(clock);
        return TypedResults.Ok(new ExperimentList(
        [
            .. caller.Directory.Data.Experiments.OrderByDescending(e => e.CreatedMs).ThenBy(e => e.Id, StringComparer.Ordinal)
                .Select(e => ExperimentView.Of(e, caller, caller.Directory, now)),
        ]));
    }

    private static async Task<IResult> Show(string id, Caller caller, ExperimentReader reader, TimeProvider clock, CancellationToken ct)
    {
        if (Find(caller.Directory, id) is not { } experiment)
        {
            return Missing(id);
        }

        var found = await reader.FindAsync(experiment, caller.Directory, ct);
        return TypedResults.Ok(new ExperimentDetail(
            ExperimentView.Of(experiment, caller, caller.Directory, Now(clock)), found is null ? null : ExperimentFindingsView.Of(found)));
    }

    private static async Task<IResult> Declare(
        JsonBody<DeclareExperiment> body, Caller caller, DirectoryEditor editor, IServiceProvider services, TimeProvider clock, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        // The API can run beside a gateway or alone; alone it does not know where routes lead.
        var routes = services.GetService<RouteTable>();
        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                if (wanted.Id is { } id && Find(directory, id) is not null)
                {
                    return Decision.Refuse(Problems.Conflict("There is an experiment with this id.", "What is declared is not changed: stop it, or take another id."));
                }

                var faults = new InputFaults();
                var owner = wanted.Owner is { } email ? directory.FindPersonByEmail(email)?.Id : caller.Viewer.PersonId;
                var experiment = ExperimentRules.Read(
                    wanted,
                    owner,
                    new ExperimentSurroundings(
                        Now(clock),
                        directory.Data.Experiments,
                        id => directory.Teams.Find(id) is not null,
                        route => routes is null || routes.Routes.Any(r => r.Pattern == route)
                            ? null : $"'{InputRules.Shorten(route)}' is no route of the configuration: it has {string.Join(", ", routes.Routes.Take(20).Select(r => r.Pattern))}.",
                        target => routes is null || routes.TargetNamed(target) is not null ? null : $"'{InputRules.Shorten(target)}' names a provider that is not configured."),
                    faults.Add);
                if (experiment is null)
                {
                    return Decision.Refuse(faults);
                }

                return directory.Data.Experiments.Count >= ExperimentRules.ExperimentsMax
                    ? Decision.Refuse(Problems.Conflict($"There are {ExperimentRules.ExperimentsMax} experiments already.", "No more can be declared."))
                    : Decision.Make(
                        new DirectoryChange.DeclareExperiment(experiment),
                        after => TypedResults.Created($"/api/v1/experiments/{experiment.Id}", ExperimentView.Of(experiment, caller, after, Now(clock))));
            },
            ct);
    }

    private static async Task<IResult> Stop(
        string id, JsonBody<StopExperiment> body, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                if (Find(directory, id) is not { } experiment)
                {
                    return Decision.Refuse(Missing(id));
                }

                var faults = new InputFaults();
                faults.AddIf("reason", ExperimentRules.FaultInReason(wanted.Reason?.Trim()));
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var now = Now(clock);
                return experiment.StoppedMs is not null || experiment.EndMs <= now
                    ? Decision.Refuse(Problems.Conflict("The experiment is over.", "Only what is planned or running can be stopped."))
                    : Decision.Make(
                        new DirectoryChange.StopExperiment(id, now, wanted.Reason!.Trim()),
                        after => TypedResults.Ok(ExperimentView.Of(Find(after, id)!, caller, after, now)));
            },
            ct);
    }

    private static Experiment? Find(DirectorySnapshot directory, string id) => directory.Data.Experiments.FirstOrDefault(e => e.Id == id);

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Missing(string id) =>
        Problems.NotFound("experiment", InputRules.Shorten(id), "See GET /api/v1/experiments for those there are.");

    private static long Now(TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
