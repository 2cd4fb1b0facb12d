using Assay.Server.Api;
using Assay.Server.Console.Company;
using Assay.Server.Console.Frame;
using Assay.Server.Directory;

namespace Assay.Server.Console.Statements;

/// <summary>A month's statement of a team: for finance of any, for a manager of the teams that may be shown as a sum.</summary>
internal static class StatementPages
{
    public static void MapStatementPages(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/statement", ShowAsync).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(
        HttpContext context, PageFrames frames, Caller caller, StatementReport report, string? team, string? month, CancellationToken ct)
    {
        var teamId = team is { Length: > 0 } ? team : caller.Rules.ManagedTeamId ?? Team.OrgId;
        if (!caller.Rules.CanSeeUsageOfTeam(teamId))
        {
            return frames.Forbidden(context, "A team's statement is for its manager, and for finance, auditors and administrators.");
        }

        if (teamId != Team.OrgId && caller.Directory.Teams.Find(teamId) is null)
        {
            return frames.Missing(context, "There is no such team.");
        }

        var scope = new CompanyScope("/statement", teamId, teamId == Team.OrgId, caller.Directory, caller.Rules);
        return PageFrames.Page<StatementPage>(context, new()
        {
            [nameof(StatementPage.Frame)] = frames.For(context),
            [nameof(StatementPage.View)] = await report.ReadAsync(caller, scope, month, ct),
        });
    }
}
