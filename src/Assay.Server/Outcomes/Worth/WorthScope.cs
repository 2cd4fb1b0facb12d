using System.Collections.Concurrent;
using Assay.Outcomes.Worth;
using Assay.Server.Directory;

namespace Assay.Server.Outcomes.Worth;

/// <summary>
/// How far somebody's sight of worth reaches: the company, the teams they manage, or themselves. Nobody but the person sees
/// one person's figures.
/// </summary>
/// <param name="rules">What the viewer may see.</param>
/// <param name="team">Of those who see the company: the team that is looked at with all below it; null for the company.</param>
internal sealed class WorthScope(AccessRules rules, string? team = null)
{
    private readonly ConcurrentDictionary<string, string> _rows = new(StringComparer.Ordinal);

    public AccessRules Rules => rules;

    /// <summary>The team that is looked at with all below it; null for all that the viewer sees.</summary>
    public string? Team { get; } = rules.SeesCompany ? team : null;

    public UsageReach Reach { get; } = rules.Reach;

    /// <summary>Figures of few people are withheld, except of oneself for oneself.</summary>
    public WorthSettings Settings => new() { PeopleMin = IsOwn ? 1 : AccessRules.GroupMin };

    public bool IsOwn => Reach == UsageReach.Own;

    /// <summary>What a book's cuts are kept under; they differ by scope.</summary>
    public string Key => Reach switch
    {
        UsageReach.Company => Team is null ? "company" : "below:" + Team,
        UsageReach.Team => "team:" + rules.ManagedTeamId,
        _ => "person:" + rules.Viewer.PersonId,
    };

    public string InWords => Reach switch
    {
        UsageReach.Company => Team is null ? "the company" : rules.Teams.Find(Team)?.Name ?? Team,
        UsageReach.Team => "your teams",
        _ => "your own work",
    };

    public bool Has(SpendSlice slice) => Reach switch
    {
        UsageReach.Company => IsWithin(slice.TeamId),
        UsageReach.Team => rules.Manages(slice.TeamId),
        _ => slice.PersonId == rules.Viewer.PersonId,
    };

    public bool Has(Outcome outcome) => Reach switch
    {
        UsageReach.Company => IsWithin(outcome.TeamId),
        UsageReach.Team => rules.Manages(outcome.TeamId),
        _ => outcome.PersonId == rules.Viewer.PersonId,
    };

    /// <summary>
    /// The row under which a team stands: those who see the company see the teams right below the one looked at, each with all
    /// below it; a manager sees every group that is large enough.
    /// </summary>
    public string RowOf(string teamId) => Reach != UsageReach.Company
        ? rules.ReportedTeam(teamId)
        : _rows.GetOrAdd(teamId, id => rules.Teams.RightBelow(Team ?? Directory.Team.OrgId, id));

    private bool IsWithin(string teamId) => Team is null || rules.Teams.IsWithin(teamId, Team);
}
