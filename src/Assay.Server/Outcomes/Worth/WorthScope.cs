using Assay.Outcomes.Worth;
using Assay.Server.Directory;

namespace Assay.Server.Outcomes.Worth;

/// <summary>
/// How far somebody's sight of worth reaches: the company, the teams they manage, or themselves. Nobody but the person sees
/// one person's figures.
/// </summary>
internal sealed class WorthScope(AccessRules rules)
{
    public AccessRules Rules => rules;

    public UsageReach Reach { get; } = rules.Reach;

    /// <summary>Figures of few people are withheld, except of oneself for oneself.</summary>
    public WorthSettings Settings => new() { PeopleMin = IsOwn ? 1 : AccessRules.GroupMin };

    public bool IsOwn => Reach == UsageReach.Own;

    /// <summary>What a book's cuts are kept under; they differ by scope.</summary>
    public string Key => Reach switch
    {
        UsageReach.Company => "company",
        UsageReach.Team => "team:" + rules.ManagedTeamId,
        _ => "person:" + rules.Viewer.PersonId,
    };

    public string InWords => Reach switch
    {
        UsageReach.Company => "the company",
        UsageReach.Team => "your teams",
        _ => "your own work",
    };

    public bool Has(SpendSlice slice) => Reach switch
    {
        UsageReach.Company => true,
        UsageReach.Team => rules.Manages(slice.TeamId),
        _ => slice.PersonId == rules.Viewer.PersonId,
    };

    public bool Has(Outcome outcome) => Reach switch
    {
        UsageReach.Company => true,
        UsageReach.Team => rules.Manages(outcome.TeamId),
        _ => outcome.PersonId == rules.Viewer.PersonId,
    };
}
