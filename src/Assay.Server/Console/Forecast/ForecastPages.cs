using Assay.Server.Api;
using Assay.Server.Console.Company;
using Assay.Server.Console.Frame;
using Assay.Server.Directory;

namespace Assay.Server.Console.Forecast;

/// <summary>The forecast of the company's or a team's spend: for finance of any, for a manager of the teams that may be shown as a sum.</summary>
internal static class ForecastPages
{
    public static void MapForecastPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/forecast", ShowAsync).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(
        HttpContext context, PageFrames frames, Caller caller, ForecastReport report, string? team, CancellationToken ct)
    {
        var teamId = team is { Length: > 0 } ? team : caller.Rules.SeesCompany ? Team.OrgId : caller.Rules.ManagedTeamId ?? Team.OrgId;
        if (!caller.Rules.CanSeeUsageOfTeam(teamId))
        {
            return frames.Forbidden(context, "A team's forecast is for its manager, and for finance, auditors and administrators.");
        }

        if (teamId != Team.OrgId && caller.Directory.Teams.Find(teamId) is null)
        {
            return frames.Missing(context, "There is no such team.");
        }

        var scope = new CompanyScope("/forecast", teamId, teamId == Team.OrgId, caller.Directory, caller.Rules);
        return PageFrames.Page<ForecastPage>(context, new()
        {
            [nameof(ForecastPage.Frame)] = frames.For(context),
            [nameof(ForecastPage.View)] = await report.ReadAsync(scope, context.Request.Query, ct),
        });
    }
}
