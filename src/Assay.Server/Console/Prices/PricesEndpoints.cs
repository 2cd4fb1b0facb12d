using Assay.Server.Console.Frame;

namespace Assay.Server.Console.Prices;

internal static class PricesEndpoints
{
    public static void MapPricesPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/prices", Show).ExcludeFromDescription();

    private static IResult Show(HttpContext context, PageFrames frames, PricesReport report) =>
        PageFrames.Page<PricesPage>(context, new()
        {
            [nameof(PricesPage.Frame)] = frames.For(context),
            [nameof(PricesPage.View)] = report.Read(context.Request.Query),
        });
}
