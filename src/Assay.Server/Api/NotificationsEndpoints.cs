using System.Globalization;
using Assay.Server.Directory;
using Assay.Server.Notifications;
using Assay.Server.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Api;

/// <summary>Something that one was told.</summary>
internal sealed record NoticeView(
    string Id, string Kind, string Severity, string Subject, string Body, string Link, string At, string? ReadAt)
{
    public static NoticeView Of(Notice notice) => new(
        notice.Id,
        notice.Kind,
        NoticeWords.Word(notice.Severity),
        notice.Subject,
        notice.Body,
        notice.Link,
        Rfc3339.FormatMs(notice.VisibleAtMs),
        Rfc3339.FormatMs(notice.ReadAtMs));
}

/// <param name="Unread">How many are unread in all; 100 stands for 100 or more.</param>
internal sealed record NoticeList(IReadOnlyList<NoticeView> Notifications, int Unread, string? NextCursor);

/// <param name="Channels">Where it is on its way to, besides the inbox.</param>
internal sealed record TestNoticeView(IReadOnlyList<string> Channels);

/// <summary>One's own notices and settings; nobody sees another's.</summary>
internal static class NotificationsEndpoints
{
    public const int UnreadMax = 100;

    private const int LimitDefault = 50;
    private const int LimitMax = 200;

    private static readonly Dictionary<string, bool> s_flags =
        new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };

    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var notices = routes.MapGroup("/notifications").WithTags("Notifications").RequireAuthorization(Policies.SignedIn)
            .AddEndpointFilter<PeopleOnly>();
        notices.MapGet("/", List)
            .WithSummary("What one was told, newest first.")
            .Produces<NoticeList>()
            .TakesQuery("unread", "limit", "cursor");
        notices.MapPost("/{id}/read", MarkRead)
            .WithSummary("Marks a notice as read. Again changes nothing.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(StatusCodes.Status404NotFound);
        notices.MapPost("/read-all", MarkAllRead)
            .WithSummary("Marks everything as read.")
            .Produces(StatusCodes.Status204NoContent);

        var settings = routes.MapGroup("/me/notification-settings").WithTags("Notifications")
            .RequireAuthorization(Policies.SignedIn).AddEndpointFilter<PeopleOnly>();
        settings.MapGet("/", Settings)
            .WithSummary("How one wants to be told.")
            .Produces<NotificationSettingsView>();
        settings.MapPut("/", PutSettings)
            .WithSummary("Says how one wants to be told. What is absent is as by default.")
            .Produces<NotificationSettingsView>();
        settings.MapPost("/test", Test)
            .WithSummary("Sends oneself a notice, to see where it arrives.")
            .Produces<TestNoticeView>(StatusCodes.Status202Accepted)
            .Refuses(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> List(
        Caller caller, HttpRequest request, INotificationStore store, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var onlyUnread = query.Word("unread", s_flags) ?? false;
        var limit = query.Number("limit", LimitDefault, 1, LimitMax);
        InboxCursor? after = null;
        query.Text("cursor", text => (after = ParseCursor(text)) is null
            ? "is not a cursor: give the nextCursor of the page before, unchanged."
            : null);
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var person = caller.Viewer.PersonId;
        var found = await store.InboxAsync(person, onlyUnread, after, limit + 1, nowMs, ct);
        return TypedResults.Ok(new NoticeList(
            [.. found.Take(limit).Select(NoticeView.Of)],
            await store.CountUnreadAsync(person, UnreadMax, nowMs, ct),
            found.Count > limit ? Cursor(found[limit - 1]) : null));
    }

    private static async Task<IResult> MarkRead(
        string id, Caller caller, INotificationStore store, TimeProvider clock, CancellationToken ct) =>
        await store.MarkReadAsync(caller.Viewer.PersonId, id, clock.GetUtcNow().ToUnixTimeMilliseconds(), ct)
            ? TypedResults.NoContent()
            : Problems.NotFound("notice", InputRules.Shorten(id), "See GET /api/v1/notifications for those there are.");

    private static async Task<NoContent> MarkAllRead(
        Caller caller, INotificationStore store, TimeProvider clock, CancellationToken ct)
    {
        await store.MarkAllReadAsync(caller.Viewer.PersonId, clock.GetUtcNow().ToUnixTimeMilliseconds(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<NotificationSettingsView>> Settings(
        Caller caller, SettingDesk desk, CancellationToken ct)
    {
        var person = PersonOf(caller);
        return TypedResults.Ok(desk.View(await desk.FindAsync(person, ct), person));
    }

    private static async Task<IResult> PutSettings(
        JsonBody<PutNotificationSettings> body, Caller caller, SettingDesk desk, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var person = PersonOf(caller);
        var (setting, faults) = await desk.PutAsync(person, wanted, ct);
        return faults.Any ? Problems.Invalid(faults) : TypedResults.Ok(desk.View(setting, person));
    }

    private static async Task<IResult> Test(Caller caller, SettingDesk desk, CancellationToken ct)
    {
        var person = PersonOf(caller);
        return await desk.TestAsync(person, ct)
            ? TypedResults.Accepted((string?)null, new TestNoticeView(desk.ChannelsOf(await desk.FindAsync(person, ct))))
            : Problems.Conflict("You sent a test a moment ago.", "Wait ten seconds and try again.");
    }

    private static Person PersonOf(Caller caller) => caller.Directory.FindPerson(caller.Viewer.PersonId)!;

    internal static string Cursor(Notice last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.VisibleAtMs}-{last.Id}");

    internal static InboxCursor? ParseCursor(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && text.Length <= 64
            && long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
                ? new InboxCursor(ms, text[(dash + 1)..])
                : null;
    }
}

/// <summary>An agent's key lies on machines; what its owner is told is none of its business.</summary>
internal sealed class PeopleOnly : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Features.Get<Caller>() is { Viewer.AgentId.Length: > 0 }
            ? Problems.Forbidden("An agent has neither notices nor settings of a person.", "Use a key of the person who answers for the agent.")
            : await next(context);
}
