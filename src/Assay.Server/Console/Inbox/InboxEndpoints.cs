using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Console.Frame;
using Assay.Server.Console.SignIn;
using Assay.Server.Directory;
using Assay.Server.Notifications;
using Assay.Server.Store;
using Microsoft.AspNetCore.Antiforgery;

namespace Assay.Server.Console.Inbox;

/// <summary>One's own inbox and settings. Everything is done by forms, which need no script.</summary>
internal static class InboxEndpoints
{
    public static void MapInboxPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/inbox", ShowAsync).ExcludeFromDescription();
        routes.MapPost("/inbox/read", ReadAsync).ExcludeFromDescription().DisableAntiforgery();
        routes.MapPost("/inbox/read-all", ReadAllAsync).ExcludeFromDescription().DisableAntiforgery();
        routes.MapGet("/inbox/settings", SettingsAsync).ExcludeFromDescription();
        routes.MapPost("/inbox/settings", SaveAsync).ExcludeFromDescription().DisableAntiforgery();
        routes.MapPost("/inbox/settings/test", TestAsync).ExcludeFromDescription().DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, PageFrames frames, Caller caller, InboxReport report, CancellationToken ct) =>
        PageFrames.Page<InboxPage>(context, new()
        {
            [nameof(InboxPage.Frame)] = frames.For(context),
            [nameof(InboxPage.View)] = await report.ReadAsync(caller.Viewer.PersonId, context.Request.Query, ct),
        });

    private static async Task<IResult> ReadAsync(
        HttpContext context,
        IAntiforgery antiforgery,
        Caller caller,
        INotificationStore store,
        TimeProvider clock,
        CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(context, antiforgery) is not { } form)
        {
            return Results.Redirect("/inbox");
        }

        // A notice of somebody else's, or none at all, stays as it is; the page that follows shows what there is.
        await store.MarkReadAsync(
            caller.Viewer.PersonId, form["id"].ToString(), clock.GetUtcNow().ToUnixTimeMilliseconds(), ct);
        var back = SignInEndpoints.LocalPath(form["back"]);
        return Results.Redirect(back.StartsWith("/inbox", StringComparison.Ordinal) ? back : "/inbox");
    }

    private static async Task<IResult> ReadAllAsync(
        HttpContext context,
        IAntiforgery antiforgery,
        Caller caller,
        INotificationStore store,
        TimeProvider clock,
        CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(context, antiforgery) is not null)
        {
            await store.MarkAllReadAsync(caller.Viewer.PersonId, clock.GetUtcNow().ToUnixTimeMilliseconds(), ct);
        }

        return Results.Redirect("/inbox");
    }

    private static async Task<IResult> SettingsAsync(
        HttpContext context, PageFrames frames, Caller caller, SettingDesk desk, OrgClock clock, CancellationToken ct)
    {
        var person = PersonOf(caller);
        var kept = desk.View(await desk.FindAsync(person, ct), person);
        var query = context.Request.Query;
        var done = query.ContainsKey("saved") ? "Saved."
            : query.ContainsKey("tested") ? "A test is in your inbox and on its way."
            : query.ContainsKey("wait") ? "You sent a test a moment ago. Wait ten seconds for another."
            : null;
        return Page(context, frames, SettingsForm.Of(kept, clock.ZoneName, done));
    }

    private static async Task<IResult> SaveAsync(
        HttpContext context,
        PageFrames frames,
        IAntiforgery antiforgery,
        Caller caller,
        SettingDesk desk,
        OrgClock clock,
        CancellationToken ct)
    {
        var person = PersonOf(caller);
        var kept = desk.View(await desk.FindAsync(person, ct), person);
        if (await PostedForm.ReadAsync(context, antiforgery) is not { } form)
        {
            return Page(
                context, frames, SettingsForm.Of(kept, clock.ZoneName, PostedForm.TooOld), StatusCodes.Status400BadRequest);
        }

        var wanted = SettingsForm.Read(form);
        var (_, faults) = await desk.PutAsync(person, wanted, ct);
        return faults.Any
            ? Page(
                context,
                frames,
                new SettingsForm(wanted, kept, clock.ZoneName, faults.ByField(), null),
                StatusCodes.Status400BadRequest)
            : Results.Redirect("/inbox/settings?saved");
    }

    private static async Task<IResult> TestAsync(
        HttpContext context, IAntiforgery antiforgery, Caller caller, SettingDesk desk, CancellationToken ct)
    {
        if (await PostedForm.ReadAsync(context, antiforgery) is null)
        {
            return Results.Redirect("/inbox/settings");
        }

        return Results.Redirect(
            await desk.TestAsync(PersonOf(caller), ct) ? "/inbox/settings?tested" : "/inbox/settings?wait");
    }

    private static Person PersonOf(Caller caller) => caller.Directory.FindPerson(caller.Viewer.PersonId)!;

    private static IResult Page(
        HttpContext context, PageFrames frames, SettingsForm form, int status = StatusCodes.Status200OK) =>
        PageFrames.Page<SettingsPage>(
            context,
            new()
            {
                [nameof(SettingsPage.Frame)] = frames.For(context) with { Path = "/inbox/settings" },
                [nameof(SettingsPage.Form)] = form,
            },
            status);
}
