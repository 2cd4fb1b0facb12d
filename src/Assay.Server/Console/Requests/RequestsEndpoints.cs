using Assay.Server.Api;
using Assay.Server.Console.Frame;

namespace Assay.Server.Console.Requests;

internal static class RequestsEndpoints
{
    public static void MapRequestPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/requests", ListAsync).ExcludeFromDescription();
        routes.MapGet("/requests/{id:guid}", ShowAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, PageFrames frames, Caller caller, RequestsReport report, CancellationToken ct) =>
        PageFrames.Page<RequestsPage>(context, new()
        {
            [nameof(RequestsPage.Frame)] = frames.For(context),
            [nameof(RequestsPage.View)] = await report.ReadAsync(caller, context.Request.Query, ct),
        });

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, PageFrames frames, Caller caller, RequestReport report, CancellationToken ct)
    {
        var attempts = await report.ReadAsync(caller, id, ct);
        if (attempts.Count == 0)
        {
            // The same answer whether there is no such call or it is somebody else's.
            return frames.Missing(context, "There is no such request of yours, or it is older than requests are kept.");
        }

        return PageFrames.Page<RequestPage>(context, new()
        {
            [nameof(RequestPage.Frame)] = frames.For(context),
            [nameof(RequestPage.Attempts)] = attempts,
        });
    }
}
