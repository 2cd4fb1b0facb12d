using Assay.Server.Api;
using Assay.Server.Console.Frame;
using Assay.Server.Console.SignIn;
using Assay.Server.Directory;

namespace Assay.Server.Console.Models;

internal static class ModelsEndpoints
{
    public static void MapModelsPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/models", ShowAsync).ExcludeFromDescription().RequireAuthorization(policy => policy
            .AddAuthenticationSchemes(ConsoleSession.Scheme)
            .AddRequirements(new RoleRequirement(Enum.GetValues<Role>())));

    private static async Task<IResult> ShowAsync(
        HttpContext context, PageFrames frames, ModelsReport report, CancellationToken ct)
    {
        var caller = context.Features.Get<Caller>();
        return PageFrames.Page<ModelsPage>(context, new()
        {
            [nameof(ModelsPage.Frame)] = frames.For(context),
            [nameof(ModelsPage.View)] = await report.ReadAsync(caller?.Rules.Reach == UsageReach.Company, ct),
        });
    }
}
