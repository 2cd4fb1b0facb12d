using Assay.Server.Api;
using Assay.Server.Console.Frame;
using Assay.Server.Directory;

namespace Assay.Server.Console.Company;

internal static class CompanyEndpoints
{
    public static void MapCompanyPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/company", ShowCompanyAsync).ExcludeFromDescription();
        routes.MapGet("/team", ShowTeamAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowCompanyAsync(
        HttpContext context, PageFrames frames, Caller caller, CompanyReport report, ILiveFigures live, string? period, string? team, CancellationToken ct)
    {
        if (!caller.Rules.SeesCompany)
        {
            return frames.Forbidden(context, "The company's figures are for finance, auditors and administrators.");
        }

        var chosen = team is not null && caller.Directory.Teams.Find(team) is not null ? team : Team.OrgId;
        return await PageAsync(
            context, frames, caller, report, live, new CompanyScope("/company", chosen, chosen == Team.OrgId, caller.Directory, caller.Rules), period, ct);
    }

    private static async Task<IResult> ShowTeamAsync(
        HttpContext context, PageFrames frames, Caller caller, CompanyReport report, ILiveFigures live, string? period, CancellationToken ct)
    {
        if (caller.Rules.SeesCompany)
        {
            return Results.Redirect("/company");
        }

        if (caller.Rules.ManagedTeamId is not { } managed)
        {
            return frames.Forbidden(context, "A team's figures are for its manager.");
        }

        if (!caller.Rules.CanSeeUsageOfTeam(managed))
        {
            return frames.Forbidden(
                context,
                $"Your teams have fewer than {AccessRules.GroupMin} people, so their sum would come close to one person's numbers. "
                + "It is shown as soon as there are more.");
        }

        return await PageAsync(
            context, frames, caller, report, live, new CompanyScope("/team", managed, false, caller.Directory, caller.Rules), period, ct);
    }

    private static async Task<IResult> PageAsync(
        HttpContext context, PageFrames frames, Caller caller, CompanyReport report, ILiveFigures live, CompanyScope scope, string? period, CancellationToken ct) =>
        PageFrames.Page<CompanyPage>(context, new()
        {
            [nameof(CompanyPage.Frame)] = frames.For(context),
            [nameof(CompanyPage.View)] = await report.ReadAsync(
                caller, scope, period, live.Now(scope.WholeCompany ? null : scope.TeamId), ct),
        });
}
