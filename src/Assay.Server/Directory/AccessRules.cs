using Assay.Server.Budgets;
using Assay.Server.Store;

namespace Assay.Server.Directory;

/// <summary>How far somebody's sight of usage reaches.</summary>
internal enum UsageReach : byte
{
    /// <summary>Their own (an agent: the agent's own).</summary>
    Own,

    /// <summary>Sums over the teams they manage, and their own in full.</summary>
    Team,

    /// <summary>Everything.</summary>
    Company,
}

/// <summary>
/// Who may see and do what; the API and the pages ask nobody else. The rules and their reasons are in
/// <c>docs/roles.md</c>.
/// </summary>
internal sealed class AccessRules
{
    /// <summary>Sums over fewer people than this are withheld from managers: they would be one person's numbers.</summary>
    public const int GroupMin = 5;

    private readonly DirectorySnapshot _directory;
    private readonly Lazy<TeamGroups> _groups;

    public AccessRules(DirectorySnapshot directory, Viewer viewer)
    {
        _directory = directory;
        Viewer = viewer;
        _groups = new(() => TeamGroups.Of(directory, viewer.TeamId, GroupMin));
    }

    public Viewer Viewer { get; }

    /// <summary>The tree that the rules go by.</summary>
    public TeamTree Teams => _directory.Teams;

    /// <summary>Finance, auditors and administrators read everything.</summary>
    public bool SeesCompany => Viewer.Role is Role.Finance or Role.Auditor or Role.Admin;

    public bool CanChangeDirectory => Viewer.Role == Role.Admin;

    public bool CanReadAudit => Viewer.Role is Role.Auditor or Role.Admin;

    /// <summary>The team that the viewer manages, with all teams below it; null for anybody but a manager.</summary>
    public string? ManagedTeamId => Viewer.Role == Role.Manager ? Viewer.TeamId : null;

    public UsageReach Reach => SeesCompany ? UsageReach.Company
        : ManagedTeamId is not null && _groups.Value.People >= GroupMin ? UsageReach.Team
        : UsageReach.Own;

    /// <summary>The usage that is the viewer's own.</summary>
    public UsageFilter OwnUsage => Viewer.AgentId.Length > 0
        ? new UsageFilter { AgentId = Viewer.AgentId }
        : new UsageFilter { PersonId = Viewer.PersonId };

    public bool Manages(string teamId) => ManagedTeamId is { } managed && _directory.Teams.IsWithin(teamId, managed);

    /// <summary>Names of teams: one's own, those above it, and those one manages.</summary>
    public bool CanSeeTeam(string teamId) =>
        SeesCompany || _directory.Teams.IsWithin(Viewer.TeamId, teamId) || Manages(teamId);

    /// <summary>Name, address, team and role; not their usage.</summary>
    public bool CanSeePerson(string personId) =>
        SeesCompany || personId == Viewer.PersonId
        || (_directory.FindPerson(personId) is { } person && Manages(person.TeamId));

    public bool CanSeeAgent(string agentId) =>
        SeesCompany || Owns(agentId)
        || (_directory.FindAgent(agentId) is { } agent && Manages(agent.TeamId));

    /// <summary>A key's name, use and expiry. Secrets are seen by nobody, ever.</summary>
    public bool CanSeeKey(Key key) => key.OwnerKind == OwnerKind.Person
        ? CanSeePerson(key.OwnerId) && Viewer.AgentId.Length == 0
        : CanSeeAgent(key.OwnerId);

    /// <summary>Whoever holds a key may revoke it at once: a leak does not wait for an administrator.</summary>
    public bool CanRevokeKey(Key key) =>
        CanChangeDirectory || key.Id == Viewer.KeyId
        || (Viewer.AgentId.Length == 0
            && (key.OwnerKind == OwnerKind.Person ? key.OwnerId == Viewer.PersonId : Owns(key.OwnerId)));

    /// <summary>
    /// A limit that can stop one is one's to see, with what is left of it; a manager also sees the limits of the teams
    /// below, for which they answer.
    /// </summary>
    public bool CanSeeLimit(BudgetScope scope) => SeesCompany || scope.Kind switch
    {
        BudgetScopeKind.Org or BudgetScopeKind.UseCase or BudgetScopeKind.Model or BudgetScopeKind.Provider => true,
        BudgetScopeKind.Team => CanSeeTeam(scope.Id),
        BudgetScopeKind.Person => scope.Id == Viewer.PersonId,
        BudgetScopeKind.Key => _directory.FindKeyById(scope.Id) is { } key && IsOwn(key),
        BudgetScopeKind.Agent => CanSeeAgent(scope.Id),
        _ => false,
    };

    /// <summary>Whoever answers for a budget sees what it allows.</summary>
    public bool CanSeeBudget(Budget budget) => CanSeeLimit(budget.Scope) || BudgetRights.Answers(_directory, Viewer, budget);

    /// <summary>
    /// What is left of a budget tells what was used: of one person's budget that is theirs to know, not their manager's.
    /// </summary>
    public bool CanSeeBalance(Budget budget) => CanSeeLimit(budget.Scope);

    /// <summary>Usage that can be told to be this person's: their own business, and that of those who audit.</summary>
    public bool CanSeeUsageOfPerson(string personId) =>
        SeesCompany || (personId == Viewer.PersonId && Viewer.AgentId.Length == 0);

    public bool CanSeeUsageOfAgent(string agentId) => SeesCompany || Owns(agentId);

    public bool CanSeeUsageOfKey(Key key) => SeesCompany || IsOwn(key);

    /// <summary>
    /// An outcome and its fate. What it cost, and the sessions that led to it, are close to one person's usage:
    /// <see cref="CanSeeUsageOfPerson"/> of who made it decides on those.
    /// </summary>
    public bool CanSeeOutcome(string personId, string teamId) =>
        SeesCompany || Manages(teamId) || (personId.Length > 0 && personId == Viewer.PersonId);

    /// <summary>Sums over a team and the teams below it.</summary>
    public bool CanSeeUsageOfTeam(string teamId) =>
        SeesCompany || (Reach == UsageReach.Team && Manages(teamId) && ReportedTeam(teamId) == teamId);

    /// <summary>
    /// The team under whose name a team's usage is reported to the viewer: itself, or if it is small a team above it.
    /// </summary>
    public string ReportedTeam(string teamId) => Reach == UsageReach.Team ? _groups.Value.HeadOf(teamId) : teamId;

    private bool Owns(string agentId) => Viewer.AgentId.Length > 0
        ? agentId == Viewer.AgentId
        : _directory.FindAgent(agentId)?.OwnerPersonId == Viewer.PersonId;

    private bool IsOwn(Key key) => Viewer.AgentId.Length > 0
        ? key.OwnerKind == OwnerKind.Agent && key.OwnerId == Viewer.AgentId
        : key.OwnerKind == OwnerKind.Person ? key.OwnerId == Viewer.PersonId : Owns(key.OwnerId);
}
