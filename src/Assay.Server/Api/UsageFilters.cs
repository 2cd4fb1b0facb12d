using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Api;

/// <summary>The filters of usage and requests, with what the caller may not look at refused.</summary>
internal static class UsageFilters
{
    public static readonly string[] Parameters =
        ["person", "team", "agent", "key", "useCase", "provider", "model", "requestedModel", "client", "session"];

    private const string Withheld =
        "is somebody else's: only they and finance, auditors and administrators see it (docs/roles.md).";

    /// <summary>
    /// The filter, and whether it is confined to the caller's own usage. Everything that the caller did not ask for but
    /// is not theirs to see is filtered out.
    /// </summary>
    public static (UsageFilter Filter, bool IsOwn) Read(Caller caller, QueryReader query, bool onlyOwn = false)
    {
        var rules = caller.Rules;
        var directory = caller.Directory;
        var person = query.Text("person", email => directory.PersonByEmail(email) switch
        {
            // The same answer for somebody else and for nobody: an address must not be testable.
            ({ } found, _) when rules.CanSeeUsageOfPerson(found.Id) => null,
            (_, { } fault) when rules.SeesCompany => fault,
            _ => Withheld,
        });
        var team = query.Text("team", id => rules.CanSeeTeam(id) ? FaultInTeam(rules, directory, id) : Unseen);
        var agent = query.Text("agent", id => rules.CanSeeUsageOfAgent(id) ? null : Withheld);
        var key = query.Text("key", id => rules.SeesCompany
            || (directory.FindKeyById(id) is { } found && rules.CanSeeUsageOfKey(found)) ? null : Withheld);
        var session = query.Text("session");
        var filter = new UsageFilter
        {
            PersonId = person is null ? null : directory.FindPersonByEmail(person)?.Id,
            AgentId = agent,
            TeamId = team,
            WithSubteams = team is not null,
            KeyId = key,
            UseCase = query.Text("useCase"),
            Provider = query.Text("provider"),
            Model = query.Text("model"),
            RequestedModel = query.Text("requestedModel"),
            Client = query.Text("client"),
            Session = session,
        };
        if (rules.SeesCompany)
        {
            return (filter, IsOwn: false);
        }

        // A session is one person's, so that asking for one is asking about oneself.
        var isOwn = onlyOwn || rules.Reach == UsageReach.Own || person is not null || agent is not null || key is not null
            || session is not null;
        if (!isOwn)
        {
            return (filter with { TeamId = team ?? rules.ManagedTeamId, WithSubteams = true }, IsOwn: false);
        }

        var own = rules.OwnUsage;
        return (
            filter with
            {
                PersonId = own.PersonId ?? filter.PersonId,
                AgentId = own.AgentId ?? filter.AgentId,
            },
            IsOwn: true);
    }

    private const string Unseen = "is not a team that you may see.";

    private static string? FaultInTeam(AccessRules rules, DirectorySnapshot directory, string id)
    {
        if (directory.FaultInTeam(id) is { } fault)
        {
            return fault;
        }

        // One's own usage within any team is one's own; sums over a team are not.
        return rules.SeesCompany || rules.Reach == UsageReach.Own || rules.CanSeeUsageOfTeam(id)
            ? null
            : rules.Manages(id)
                ? $"has fewer than {AccessRules.GroupMin} people: it is reported with '{rules.ReportedTeam(id)}'."
                : "is not a team that you manage.";
    }
}
