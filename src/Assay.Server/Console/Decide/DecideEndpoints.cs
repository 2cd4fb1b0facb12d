using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Console.Frame;

namespace Assay.Server.Console.Decide;

/// <summary>
/// The page behind a link in a notification. Opening it decides nothing, since mail programs open links to look at them;
/// the buttons on it do. The link itself is what allows the decision, so that no other site can make one's browser decide.
/// </summary>
internal static class DecideEndpoints
{
    private const int FormBytesMax = 16 * 1024;

    public static void MapDecidePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(BudgetLinks.PathPrefix + "{token}", ShowAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(BudgetLinks.PathPrefix + "{token}", DecideAsync).AllowAnonymous().ExcludeFromDescription().DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, PageFrames frames, DecideReport report, string token, CancellationToken ct) =>
        await PageAsync(context, frames, report, token, null, StatusCodes.Status200OK, ct);

    private static async Task<IResult> DecideAsync(
        HttpContext context, PageFrames frames, DecideReport report, RequestDesk desk, string token, CancellationToken ct)
    {
        if (report.Read(token) is not (LinkStatus.Good, { } claim) || report.ViewerOf(claim) is not { } viewer)
        {
            return await PageAsync(context, frames, report, token, null, StatusCodes.Status200OK, ct);
        }

        if (context.Request.ContentLength is null or > FormBytesMax || !context.Request.HasFormContentType)
        {
            return frames.Bare(context, "Not a form", "Open the link again and use its buttons.", StatusCodes.Status400BadRequest);
        }

        var form = await context.Request.ReadFormAsync(ct);
        var (amount, reason) = (form["amount"].ToString().Trim(), form["reason"].ToString());
        var isGrant = form["decision"] == "grant";
        var answer = await desk.DecideAsync(
            viewer,
            claim.RequestId,
            new DecideBudgetRequest
            {
                Decision = form["decision"],
                Amount = isGrant ? amount : null,
                Reason = reason,
            },
            ct);
        if (answer.Value is not null)
        {
            // Back to the page by GET: loading it again must not send the form again.
            return Results.Redirect(BudgetLinks.PathPrefix + token);
        }

        var refusal = answer.Refusal!;
        return await PageAsync(
            context, frames, report, token, new DecideForm(token, amount, form["unit"] == "tokens" ? "tokens" : "dollars", reason, refusal.Say()), refusal.Status(), ct);
    }

    private static async Task<IResult> PageAsync(
        HttpContext context, PageFrames frames, DecideReport report, string token, DecideForm? form, int status, CancellationToken ct)
    {
        var (link, claim) = report.Read(token);
        if (link != LinkStatus.Good)
        {
            return link == LinkStatus.Expired
                ? frames.Bare(
                    context, "This link has expired", "It was good for seven days. Sign in to see the request and to decide it.", StatusCodes.Status410Gone)
                : frames.Bare(
                    context, "This link is not valid", "It is not complete, or it was changed. Open it again from the message it came in.", StatusCodes.Status404NotFound);
        }

        if (report.ViewerOf(claim!) is not { } viewer
            || await report.ViewAsync(viewer, claim!.RequestId, form, ct) is not { } view)
        {
            return frames.Bare(
                context, "Not yours to decide any more", "Your role or the budget has changed since the link was sent. Somebody else decides now.", StatusCodes.Status403Forbidden);
        }

        return PageFrames.Page<DecidePage>(
            context,
            new()
            {
                [nameof(DecidePage.Frame)] = frames.For(context) with { Path = "/" },
                [nameof(DecidePage.View)] = view.Form is { } shown ? view with { Form = shown with { Token = token } } : view,
            },
            status);
    }
}
