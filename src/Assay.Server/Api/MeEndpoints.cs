using System.Globalization;
using System.Text.Json;
using Assay.Server.Directory;
using Assay.Server.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Api;

/// <summary>Who the caller is and how far they see.</summary>
/// <param name="Role">What the caller may do with this key; an agent's key is an employee's, whoever owns the agent.</param>
/// <param name="UsageReach">own, team or company.</param>
internal sealed record MeView(
    PersonView Person,
    AgentView? Agent,
    KeyView? Key,
    string Role,
    string Team,
    IReadOnlyList<string> TeamPath,
    string UsageReach);

internal static class MeEndpoints
{
    private const int AuditLimitDefault = 100;
    private const int AuditLimitMax = 1000;

    public static void MapMe(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/me", Tell).WithTags("Me").RequireAuthorization(Policies.SignedIn)
            .WithSummary("Tells the caller who they are, what their role is and how far they see.")
            .Produces<MeView>();
        routes.MapPatch("/me", Change).WithTags("Me").RequireAuthorization(Policies.SignedIn).AddEndpointFilter<PeopleOnly>()
            .WithSummary("Changes what people decide for themselves: whether their spend is attributed to outcomes. Not for agents.")
            .Produces<PersonView>();
        routes.MapGet("/audit", Audit).WithTags("Audit").RequireAuthorization(Policies.Audit)
            .WithSummary("Who changed what in the directory, newest first.")
            .Produces<AuditPage>()
            .TakesQuery("limit", "cursor");
    }

    private static Ok<MeView> Tell(Caller caller)
    {
        var directory = caller.Directory;
        var viewer = caller.Viewer;
        return TypedResults.Ok(new MeView(
            PersonView.Of(directory.FindPerson(viewer.PersonId)!),
            directory.FindAgent(viewer.AgentId) is { } agent ? AgentView.Of(agent, directory) : null,
            directory.FindKeyById(viewer.KeyId) is { } key ? KeyView.Of(key, directory) : null,
            DirectoryWords.Word(viewer.Role),
            viewer.TeamId,
            directory.Teams.PathOf(viewer.TeamId),
            DirectoryWords.Word(caller.Rules.Reach)));
    }

    private static async Task<IResult> Change(JsonBody<ChangeMe> body, Caller caller, DirectoryEditor editor, CancellationToken ct)
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
                faults.AddIf("attribution", InputRules.FaultInAttribution(wanted.Attribution));
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                var person = directory.FindPerson(caller.Viewer.PersonId)!;
                var changed = person with { Attribution = DirectoryWords.Switch(wanted.Attribution, person.Attribution) };
                return Decision.Make(new DirectoryChange.PutPerson(changed), _ => TypedResults.Ok(PersonView.Of(changed)));
            },
            ct);
    }

    private static async Task<IResult> Audit(
        Caller caller, HttpRequest request, IDirectoryStore store, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Number("limit", AuditLimitDefault, 1, AuditLimitMax);
        var after = 0L;
        var hasCursor = query.Text("cursor", text => long.TryParse(
            text, NumberStyles.None, CultureInfo.InvariantCulture, out after)
            ? null
            : "is not a cursor: give the nextCursor of the page before, unchanged.") is not null;
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var entries = await store.AuditAsync(hasCursor ? after : null, limit + 1, ct);
        var told = entries.Take(limit).Select(e => new AuditView(
            e.Id.ToString(CultureInfo.InvariantCulture),
            Rfc3339.FormatMs(e.AtMs),
            e.Version,
            caller.Directory.FindPerson(e.Actor)?.Email ?? e.Actor,
            e.Action,
            e.Subject,
            Json(e.Before),
            Json(e.After))).ToList();
        return TypedResults.Ok(new AuditPage(told, entries.Count > limit ? told[^1].Id : null));
    }

    private static JsonElement? Json(string? text) =>
        text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}
