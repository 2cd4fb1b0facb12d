using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Notifications;
using Assay.Server.Store;

namespace Assay.Server.Console.Inbox;

/// <summary>Reads an inbox for its page.</summary>
internal sealed class InboxReport(INotificationStore store, OrgClock clock, TimeProvider time)
{
    private const int PageSize = 30;

    public async Task<InboxView> ReadAsync(string personId, IQueryCollection query, CancellationToken ct)
    {
        var onlyUnread = query["show"] == "unread";
        var after = query["cursor"].ToString() is { Length: > 0 } cursor ? NotificationsEndpoints.ParseCursor(cursor) : null;
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await store.InboxAsync(personId, onlyUnread, after, PageSize + 1, nowMs, ct);
        var unread = await store.CountUnreadAsync(personId, NotificationsEndpoints.UnreadMax, nowMs, ct);
        var first = onlyUnread ? "/inbox?show=unread" : "/inbox";
        return new InboxView(
            [.. found.Take(PageSize).Select(Show)],
            unread,
            onlyUnread,
            after is null ? null : first,
            found.Count > PageSize
                ? first + (onlyUnread ? "&" : "?") + "cursor=" + NotificationsEndpoints.Cursor(found[PageSize - 1])
                : null);
    }

    private InboxNotice Show(Notice notice)
    {
        var at = clock.At(notice.VisibleAtMs);
        return new InboxNotice(
            notice.Id,
            notice.Severity == NoticeSeverity.Critical,
            notice.Subject,
            notice.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            notice.Link,
            at.ToString(at.Year == clock.Now.Year ? "ddd d MMM, HH:mm" : "d MMM yyyy, HH:mm", CultureInfo.InvariantCulture),
            Rfc3339.FormatMs(notice.VisibleAtMs),
            notice.ReadAtMs is null);
    }
}
