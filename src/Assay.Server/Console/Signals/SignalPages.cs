using Assay.Server.Api;
using Assay.Server.Console.Frame;
using Assay.Server.Signals;
using Microsoft.AspNetCore.Antiforgery;

namespace Assay.Server.Console.Signals;

/// <summary>What was unusual: a list, and a page for each with its evidence and a form to answer.</summary>
internal static class SignalPages
{
    public static void MapSignalPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signals", ListAsync).ExcludeFromDescription();
        routes.MapGet("/signals/{id}", ShowAsync).ExcludeFromDescription();
        routes.MapPost("/signals/{id}", AnswerAsync).ExcludeFromDescription().DisableAntiforgery();
        routes.MapPost("/signals/{id}/judgment", DraftAsync).ExcludeFromDescription().DisableAntiforgery();
        routes.MapPost("/signals/{id}/lift", LiftAsync).ExcludeFromDescription().DisableAntiforgery();
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, PageFrames frames, Caller caller, SignalReport report, CancellationToken ct) =>
        PageFrames.Page<SignalsPage>(context, new()
        {
            [nameof(SignalsPage.Frame)] = frames.For(context),
            [nameof(SignalsPage.View)] = await report.ListAsync(caller, context.Request.Query, ct),
        });

    private static async Task<IResult> ShowAsync(
        HttpContext context, PageFrames frames, Caller caller, SignalDesk desk, SignalReport report, string id, CancellationToken ct) =>
        await PageAsync(context, frames, caller, desk, report, id, null, "", null, StatusCodes.Status200OK, ct);

    private static async Task<IResult> AnswerAsync(
        HttpContext context,
        PageFrames frames,
        IAntiforgery antiforgery,
        Caller caller,
        SignalDesk desk,
        SignalReport report,
        string id,
        CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(context, antiforgery) is not { } form)
        {
            return await PageAsync(
                context, frames, caller, desk, report, id, null, "", PostedForm.TooOld, StatusCodes.Status400BadRequest, ct);
        }

        var (answer, text) = (form["answer"].ToString(), form["text"].ToString());
        var done = await desk.AnswerAsync(caller.Viewer, id, answer, text, ct);
        return done.Refusal is { } refusal
            ? await PageAsync(context, frames, caller, desk, report, id, answer, text, refusal.Say(), refusal.Status(), ct)
            : Results.Redirect($"/signals/{id}");
    }

    private static async Task<IResult> LiftAsync(
        HttpContext context,
        PageFrames frames,
        IAntiforgery antiforgery,
        Caller caller,
        SignalDesk desk,
        SignalReport report,
        string id,
        CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(context, antiforgery) is null)
        {
            return await PageAsync(
                context, frames, caller, desk, report, id, null, "", PostedForm.TooOld, StatusCodes.Status400BadRequest, ct);
        }

        var done = await desk.LiftAsync(caller.Viewer, id, ct);
        return done.Refusal is { } refusal
            ? await PageAsync(context, frames, caller, desk, report, id, null, "", refusal.Say(), refusal.Status(), ct)
            : Results.Redirect($"/signals/{id}");
    }

    private static async Task<IResult> DraftAsync(
        HttpContext context,
        PageFrames frames,
        IAntiforgery antiforgery,
        Caller caller,
        SignalDesk desk,
        SignalReport report,
        SignalDecisions decisions,
        string id,
        CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(context, antiforgery) is not { } form)
        {
            return await PageAsync(
                context, frames, caller, desk, report, id, null, "", PostedForm.TooOld, StatusCodes.Status400BadRequest, ct);
        }

        if ((await desk.FindAsync(caller.Viewer, id, ct)).Value is not { } signal)
        {
            return frames.Missing(context, "There is no such signal, or it is not yours to see.");
        }

        var (draft, fault) = await decisions.DraftAsync(caller, signal, form["log"], form["decision"], ct);
        return draft is null
            ? await PageAsync(context, frames, caller, desk, report, id, null, "", fault, StatusCodes.Status400BadRequest, ct)
            : Results.Redirect($"/log/{draft:D}");
    }

    private static async Task<IResult> PageAsync(
        HttpContext context,
        PageFrames frames,
        Caller caller,
        SignalDesk desk,
        SignalReport report,
        string id,
        string? chosen,
        string text,
        string? fault,
        int status,
        CancellationToken ct)
    {
        if ((await desk.FindAsync(caller.Viewer, id, ct)).Value is not { } signal)
        {
            return frames.Missing(context, "There is no such signal, or it is not yours to see.");
        }

        return PageFrames.Page<SignalPage>(
            context,
            new()
            {
                [nameof(SignalPage.Frame)] = frames.For(context),
                [nameof(SignalPage.View)] = await report.ShowAsync(caller, signal, chosen, text, fault, ct),
            },
            status);
    }
}
