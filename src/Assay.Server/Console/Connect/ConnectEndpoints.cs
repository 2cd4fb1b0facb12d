using Assay.Server.Console.Frame;

namespace Assay.Server.Console.Connect;

internal static class ConnectEndpoints
{
    public static void MapConnectPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/connect", Show).ExcludeFromDescription();

    private static IResult Show(HttpContext context, PageFrames frames, ConnectAddress address) =>
        PageFrames.Page<ConnectPage>(context, new()
        {
            [nameof(ConnectPage.Frame)] = frames.For(context),
            [nameof(ConnectPage.Origin)] = address.Of(context.Request),
        });
}
