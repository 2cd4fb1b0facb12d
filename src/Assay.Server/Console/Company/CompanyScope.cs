using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Console.Company;

/// <summary>Whose sums a page of oversight shows: the company or one team with the teams below it.</summary>
/// <param name="Path">The page's own path.</param>
internal sealed record CompanyScope(
    string Path, string TeamId, bool WholeCompany, DirectorySnapshot Directory, AccessRules Rules)
{
    public UsageFilter Filter => WholeCompany ? UsageFilter.None : new UsageFilter { TeamId = TeamId, WithSubteams = true };

    /// <summary>Whether the page may be opened for a team below.</summary>
    public bool CanDescend => Rules.SeesCompany;

    public string NameOf(string teamId) => teamId.Length == 0 ? "no team" : Directory.Teams.Find(teamId)?.Name ?? teamId;

    /// <summary>
    /// The row under which a team's usage is shown. Those who see the company see the teams right below the one shown,
    /// each with all below it; managers see every group that is large enough to have a sum of its own.
    /// </summary>
    public string RowOf(string teamId)
    {
        if (!CanDescend)
        {
            return Rules.ReportedTeam(teamId);
        }

        return Directory.Teams.RightBelow(TeamId, teamId);
    }
}
