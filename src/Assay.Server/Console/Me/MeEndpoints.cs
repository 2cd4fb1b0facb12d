using Assay.Server.Api;
using Assay.Server.Console.Connect;
using Assay.Server.Console.Frame;
using Assay.Server.Directory;

namespace Assay.Server.Console.Me;

internal static class MeEndpoints
{
    public static void MapMePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", Home).ExcludeFromDescription();
        routes.MapGet("/me", ShowAsync).ExcludeFromDescription();
    }

    // People see their own figures first; those whose work is the company's figures see those.
    private static IResult Home(Caller caller) =>
        Results.Redirect(caller.Viewer.Role is Role.Finance or Role.Auditor ? "/company" : "/me");

    private static async Task<IResult> ShowAsync(
        HttpContext context,
        PageFrames frames,
        Caller caller,
        MeReport report,
        ConnectAddress address,
        string? period,
        CancellationToken ct)
    {
        return PageFrames.Page<MePage>(context, new()
        {
            [nameof(MePage.Frame)] = frames.For(context),
            [nameof(MePage.View)] = await report.ReadAsync(caller.Rules.OwnUsage, period, ct),
            [nameof(MePage.Origin)] = address.Of(context.Request),
        });
    }
}
