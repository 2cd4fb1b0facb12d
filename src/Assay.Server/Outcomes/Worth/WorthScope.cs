using Assay.Server.Directory;

namespace Assay.Server.Outcomes.Worth;

/// <summary>
/// How far somebody's sight of worth reaches: the company, the teams they manage, or themselves. Nobody but the person sees
/// one person's figures.
/// </summary>
internal sealed class WorthScope(AccessRules rules)
{
    public UsageReach Reach { get; } = rules.Reach;

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

    /// <summary>One's own outcomes can be looked at, too, whatever the figures are of; a manager's, those of the teams.</summary>
    public bool MayOpen(Outcome outcome) =>
        Has(outcome) || rules.Manages(outcome.TeamId)
        || (outcome.PersonId.Length > 0 && outcome.PersonId == rules.Viewer.PersonId);

    /// <summary>What one outcome cost is close to what one person spent: theirs to know, and that of those who audit.</summary>
    public bool MaySeeSpendOf(Outcome outcome) => rules.SeesCompany || rules.CanSeeUsageOfPerson(outcome.PersonId);
}
