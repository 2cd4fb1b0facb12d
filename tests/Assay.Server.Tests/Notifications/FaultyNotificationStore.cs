using Assay.Server.Notifications;
using Assay.Server.Store;

namespace Assay.Server.Tests.Notifications;

/// <summary>A store that fails when a test wants it to.</summary>
internal sealed class FaultyNotificationStore(INotificationStore store) : INotificationStore
{
    /// <summary>Thrown by everything.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Thrown when what became of a row is to be written down, as if the process had died after sending.</summary>
    public Exception? ResolveFault { get; set; }

    public int Asked { get; private set; }

    public ValueTask<IReadOnlyList<string>> AddAsync(IReadOnlyList<AddressedNotice> notices, CancellationToken ct = default) =>
        Check().AddAsync(notices, ct);

    public ValueTask<int> CancelAsync(string dedupeKeyPrefix, long nowMs, CancellationToken ct = default) =>
        Check().CancelAsync(dedupeKeyPrefix, nowMs, ct);

    public ValueTask<IReadOnlyList<Notice>> InboxAsync(
        string personId, bool onlyUnread, InboxCursor? after, int limit, long nowMs, CancellationToken ct = default) =>
        Check().InboxAsync(personId, onlyUnread, after, limit, nowMs, ct);

    public ValueTask<int> CountUnreadAsync(string personId, int atMost, long nowMs, CancellationToken ct = default) =>
        Check().CountUnreadAsync(personId, atMost, nowMs, ct);

    public ValueTask<bool> MarkReadAsync(string personId, string noticeId, long nowMs, CancellationToken ct = default) =>
        Check().MarkReadAsync(personId, noticeId, nowMs, ct);

    public ValueTask<int> MarkAllReadAsync(string personId, long nowMs, CancellationToken ct = default) =>
        Check().MarkAllReadAsync(personId, nowMs, ct);

    public ValueTask<IReadOnlyDictionary<string, NotificationSetting>> SettingsAsync(
        IReadOnlyCollection<string> personIds, CancellationToken ct = default) => Check().SettingsAsync(personIds, ct);

    public ValueTask PutSettingAsync(NotificationSetting setting, CancellationToken ct = default) =>
        Check().PutSettingAsync(setting, ct);

    public ValueTask<long?> NextDueAsync(CancellationToken ct = default) => Check().NextDueAsync(ct);

    public ValueTask<IReadOnlyList<OutboxItem>> ClaimAsync(long nowMs, long leaseUntilMs, int limit, CancellationToken ct = default) =>
        Check().ClaimAsync(nowMs, leaseUntilMs, limit, ct);

    public ValueTask<bool> ResolveAsync(OutboxItem item, OutboxResult result, long nowMs, CancellationToken ct = default) =>
        ResolveFault is { } fault ? throw fault : Check().ResolveAsync(item, result, nowMs, ct);

    public ValueTask<int> RemoveBeforeAsync(long beforeMs, CancellationToken ct = default) => Check().RemoveBeforeAsync(beforeMs, ct);

    private INotificationStore Check()
    {
        Asked++;
        return Fault is { } fault ? throw fault : store;
    }
}
