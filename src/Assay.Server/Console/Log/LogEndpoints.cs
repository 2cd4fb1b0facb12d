using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Console.Frame;
using Assay.Server.Judgments;
using Microsoft.AspNetCore.Antiforgery;

namespace Assay.Server.Console.Log;

/// <summary>The Judgment Log for people. Reading is for everybody who may see the repository; deciding for a draft's owner alone.</summary>
internal static class LogEndpoints
{
    public static IServiceCollection AddLogPages(this IServiceCollection services)
    {
        services.AddJudgments();
        services.AddSingleton<Judgments.Insights.ShadowArchive>();
        services.AddSingleton<LogReport>();
        services.AddSingleton<EntryReport>();
        services.AddSingleton<InsightReports>();
        return services;
    }

    public static void MapLogPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/log", ListAsync).ExcludeFromDescription();
        routes.MapGet("/log/debt", DebtAsync).ExcludeFromDescription();
        routes.MapGet("/log/learning", LearningAsync).ExcludeFromDescription();
        routes.MapGet("/log/{id:guid}", ShowAsync).ExcludeFromDescription();
        routes.MapPost("/log/{id:guid}", DecideAsync).ExcludeFromDescription().DisableAntiforgery();
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, PageFrames frames, Caller caller, LogReport report, CancellationToken ct) =>
        PageFrames.Page<LogPage>(context, new()
        {
            [nameof(LogPage.Frame)] = frames.For(context),
            [nameof(LogPage.View)] = await report.ReadAsync(caller, context.Request.Query, ct),
        });

    private static async Task<IResult> DebtAsync(
        HttpContext context, PageFrames frames, Caller caller, InsightReports reports, CancellationToken ct) =>
        PageFrames.Page<DebtPage>(context, new()
        {
            [nameof(DebtPage.Frame)] = frames.For(context),
            [nameof(DebtPage.View)] = await reports.DebtAsync(caller, ct),
        });

    private static async Task<IResult> LearningAsync(
        HttpContext context, PageFrames frames, Caller caller, InsightReports reports, CancellationToken ct) =>
        PageFrames.Page<LearningPage>(context, new()
        {
            [nameof(LearningPage.Frame)] = frames.For(context),
            [nameof(LearningPage.View)] = await reports.LearningAsync(caller, ct),
        });

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, PageFrames frames, Caller caller, EntryReport report, string? done, CancellationToken ct) =>
        await report.FindAsync(caller, id, ct) is { } found
            ? await PageAsync(
                context, frames, caller, report, found, null, null,
                done == "yes" ? "Your decision is kept. It is final once a commit carries it into git." : null, StatusCodes.Status200OK, ct)
            : frames.Missing(context, "There is no such entry, or it is in a repository that is not yours to see.");

    private static async Task<IResult> DecideAsync(
        Guid id, HttpContext context, PageFrames frames, IAntiforgery antiforgery, Caller caller, EntryReport report, DecisionDesk desk, CancellationToken ct)
    {
        if (await report.FindAsync(caller, id, ct) is not { } found)
        {
            return frames.Missing(context, "There is no such entry, or it is in a repository that is not yours to see.");
        }

        if (await PostedForm.ReadAsync(context, antiforgery) is not { } form || form["decision"].ToString() is not ("accept" or "reject"))
        {
            return await PageAsync(context, frames, caller, report, found, null, PostedForm.TooOld, null, StatusCodes.Status400BadRequest, ct);
        }

        var said = form["confidence"].ToString().Trim().TrimEnd('%').Trim();
        int? confidence = int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        var refusal = await desk.DecideAsync(
            found.Log, found.Entry, caller.Directory, caller.Viewer, form["decision"] == "accept", confidence, ct);
        return refusal switch
        {
            DecisionRefusal.None => Results.Redirect($"/log/{id:D}?done=yes"),
            DecisionRefusal.NotYours => frames.Forbidden(context, "Only the person whose draft it is can decide it. This attempt was written down."),
            DecisionRefusal.NoConfidence => await PageAsync(
                context, frames, caller, report, found, said, "Say how sure you are: a whole number from 0 to 100.", null, StatusCodes.Status400BadRequest, ct),
            _ => await PageAsync(
                context, frames, caller, report, found, null, "It was decided before.", null, StatusCodes.Status409Conflict, ct),
        };
    }

    private static async Task<IResult> PageAsync(
        HttpContext context,
        PageFrames frames,
        Caller caller,
        EntryReport report,
        (RepositoryLog Log, Assay.Judgments.Lint.LogEntry Entry) found,
        string? confidence,
        string? fault,
        string? done,
        int status,
        CancellationToken ct) => PageFrames.Page<EntryPage>(
        context,
        new()
        {
            [nameof(EntryPage.Frame)] = frames.For(context),
            [nameof(EntryPage.View)] = await report.ReadAsync(caller, found.Log, found.Entry, confidence, fault, done, ct),
        },
        status);
}
