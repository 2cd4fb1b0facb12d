using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Console.Frame;
using Microsoft.AspNetCore.Antiforgery;

namespace Assay.Server.Console.MyBudget;

/// <summary>
/// The page of budgets. Every form goes to one address and comes back to the page by GET, so that loading it again never
/// sends it again.
/// </summary>
internal static class BudgetPages
{
    private const int FormBytesMax = 16 * 1024;

    private static readonly Dictionary<string, string> s_done = new(StringComparer.Ordinal)
    {
        ["asked"] = "Your request is with those who can grant it. You are told as soon as it is decided.",
        ["withdrawn"] = "Your request is withdrawn.",
        ["grant"] = "Granted. It counts from now on.",
        ["decline"] = "Declined. The asker is told why.",
        ["allocated"] = "The limit is changed. It holds for the next call.",
    };

    public static void MapBudgetPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/budget", ShowAsync).ExcludeFromDescription();
        routes.MapPost("/budget", DoAsync).ExcludeFromDescription().DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, PageFrames frames, Caller caller, BudgetReport report, string? done, string? ask, CancellationToken ct) =>
        await PageAsync(
            context,
            frames,
            caller,
            report,
            ask is { Length: > 0 and < 80 } ? new AskForm(ask, "", "") : null,
            s_done.GetValueOrDefault(done ?? ""),
            null,
            StatusCodes.Status200OK,
            ct);

    private static async Task<IResult> DoAsync(
        HttpContext context,
        PageFrames frames,
        IAntiforgery antiforgery,
        Caller caller,
        BudgetReport report,
        RequestDesk desk,
        LimitEditor limits,
        CancellationToken ct)
    {
        if (context.Request.ContentLength is null or > FormBytesMax
            || !context.Request.HasFormContentType
            || !await antiforgery.IsRequestValidAsync(context))
        {
            return await PageAsync(
                context, frames, caller, report, null, null, "The page was open for too long. Please try once more.", StatusCodes.Status400BadRequest, ct);
        }

        var form = await context.Request.ReadFormAsync(ct);
        var action = form["action"].ToString();
        var (budget, request, amount, reason) =
            (form["budget"].ToString(), form["request"].ToString(), form["amount"].ToString().Trim(), form["reason"].ToString());
        var (done, refusal) = action switch
        {
            "ask" => ("asked", (await desk.AskAsync(
                caller.Viewer,
                new CreateBudgetRequest { Budget = budget, Amount = amount, Reason = reason },
                ct)).Refusal),
            "withdraw" => ("withdrawn", (await desk.WithdrawAsync(caller.Viewer, request, ct)).Refusal),
            "grant" or "decline" => (action, (await desk.DecideAsync(
                caller.Viewer,
                request,
                new DecideBudgetRequest { Decision = action, Amount = action == "grant" ? amount : null, Reason = reason },
                ct)).Refusal),
            "allocate" => ("allocated", await limits.ChangeAsync(caller, budget, amount, ct)),
            _ => ("", new DeskRefusal(DeskRefusalKind.Invalid, "Nothing was done.", "Use the buttons of the page.")),
        };
        if (refusal is null)
        {
            return Results.Redirect($"/budget?done={done}");
        }

        return await PageAsync(
            context,
            frames,
            caller,
            report,
            action == "ask" ? new AskForm(budget, amount, reason) : null,
            null,
            refusal.Say(),
            refusal.Status(),
            ct);
    }

    private static async Task<IResult> PageAsync(
        HttpContext context,
        PageFrames frames,
        Caller caller,
        BudgetReport report,
        AskForm? ask,
        string? done,
        string? fault,
        int status,
        CancellationToken ct) => PageFrames.Page<BudgetPage>(
        context,
        new()
        {
            [nameof(BudgetPage.Frame)] = frames.For(context),
            [nameof(BudgetPage.View)] = await report.ReadAsync(caller, ask, done, fault, ct),
        },
        status);
}
