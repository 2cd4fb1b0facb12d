using Assay.Server.Api;
using Assay.Server.Budgets;
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

    private static Task<IResult> ShowAsync([AsParameters] Visit visit, CancellationToken ct) =>
        visit.PageAsync(null, StatusCodes.Status200OK, ct);

    private static async Task<IResult> AnswerAsync([AsParameters] Visit visit, IAntiforgery antiforgery, CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(visit.Context, antiforgery) is not { } form)
        {
            return await visit.TooOldAsync(ct);
        }

        var (answer, text) = (form["answer"].ToString(), form["text"].ToString());
        var done = await visit.Desk.AnswerAsync(visit.Caller.Viewer, visit.Id, answer, text, ct);
        return await visit.DoneAsync(done.Refusal, ct, answer, text);
    }

    private static async Task<IResult> LiftAsync([AsParameters] Visit visit, IAntiforgery antiforgery, CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(visit.Context, antiforgery) is null)
        {
            return await visit.TooOldAsync(ct);
        }

        var done = await visit.Desk.LiftAsync(visit.Caller.Viewer, visit.Id, ct);
        return await visit.DoneAsync(done.Refusal, ct);
    }

    private static async Task<IResult> DraftAsync(
        [AsParameters] Visit visit, IAntiforgery antiforgery, SignalDecisions decisions, CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(visit.Context, antiforgery) is not { } form)
        {
            return await visit.TooOldAsync(ct);
        }

        if ((await visit.Desk.FindAsync(visit.Caller.Viewer, visit.Id, ct)).Value is not { } signal)
        {
            return visit.Missing();
        }

        var (draft, fault) = await decisions.DraftAsync(visit.Caller, signal, form["log"], form["decision"], ct);
        return draft is null
            ? await visit.PageAsync(fault, StatusCodes.Status400BadRequest, ct)
            : Results.Redirect($"/log/{draft:D}");
    }

    /// <summary>Somebody at the page of one signal.</summary>
    private sealed record Visit(HttpContext Context, PageFrames Frames, Caller Caller, SignalDesk Desk, SignalReport Report, string Id)
    {
        public IResult Missing() => Frames.Missing(Context, "There is no such signal, or it is not yours to see.");

        public Task<IResult> TooOldAsync(CancellationToken ct) => PageAsync(PostedForm.TooOld, StatusCodes.Status400BadRequest, ct);

        /// <summary>Back to the page, or the page again with what was refused.</summary>
        public async Task<IResult> DoneAsync(DeskRefusal? refused, CancellationToken ct, string? chosen = null, string text = "") =>
            refused is { } refusal
                ? await PageAsync(refusal.Say(), refusal.Status(), ct, chosen, text)
                : Results.Redirect($"/signals/{Id}");

        public async Task<IResult> PageAsync(string? fault, int status, CancellationToken ct, string? chosen = null, string text = "") =>
            (await Desk.FindAsync(Caller.Viewer, Id, ct)).Value is not { } signal
                ? Missing()
                : PageFrames.Page<SignalPage>(
                    Context,
                    new()
                    {
                        [nameof(SignalPage.Frame)] = Frames.For(Context),
                        [nameof(SignalPage.View)] = await Report.ShowAsync(Caller, signal, chosen, text, fault, ct),
                    },
                    status);
    }
}
