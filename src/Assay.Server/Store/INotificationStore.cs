using Assay.Server.Notifications;

namespace Assay.Server.Store;

/// <summary>Where a notice is to be sent besides the inbox.</summary>
/// <param name="Id"><c>msg_</c> and a UUIDv7; stays the same however often it is tried.</param>
/// <param name="Channel">One of <see cref="ChannelNames"/>.</param>
/// <param name="Target">Empty for the person's own address; otherwise the name of one of the company's webhooks.</param>
internal sealed record OutboxTarget(string Id, string Channel, string Target);

/// <summary>A notice, and everywhere that it is to be sent.</summary>
internal sealed record AddressedNotice(Notice Notice, IReadOnlyList<OutboxTarget> Targets);

/// <summary>A row of the outbox that one worker has for itself until its lease ends.</summary>
/// <param name="Attempts">Counts this one too.</param>
/// <param name="Claim">Tells this hold on the row from earlier and later ones.</param>
internal sealed record OutboxItem(OutboxTarget Target, Notice Notice, int Attempts, int Claim)
{
    public string Id => Target.Id;
}

/// <summary>What became of an attempt.</summary>
internal abstract record OutboxResult
{
    public sealed record Done : OutboxResult;

    /// <summary>To be tried again.</summary>
    public sealed record Later(long NextMs, string Error) : OutboxResult;

    /// <summary>Not tried: now is not the time for it. Does not count as an attempt.</summary>
    public sealed record Postponed(long NextMs) : OutboxResult;

    public sealed record GivenUp(string Error) : OutboxResult;
}

/// <summary>A place in an inbox: what comes after is older.</summary>
internal readonly record struct InboxCursor(long VisibleAtMs, string Id);

/// <summary>Notices, what is still to be sent of them, and how people want to be told.</summary>
internal interface INotificationStore
{
    /// <summary>Adds what is not there yet, by person and dedupe key, all in one transaction.</summary>
    /// <returns>The ids of those that were new.</returns>
    ValueTask<IReadOnlyList<string>> AddAsync(IReadOnlyList<AddressedNotice> notices, CancellationToken ct = default);

    /// <summary>Removes notices that are not visible yet, and stops the sending of those that are.</summary>
    /// <returns>How many notices were removed.</returns>
    ValueTask<int> CancelAsync(string dedupeKeyPrefix, long nowMs, CancellationToken ct = default);

    /// <summary>What a person is told, newest first.</summary>
    ValueTask<IReadOnlyList<Notice>> InboxAsync(
        string personId, bool onlyUnread, InboxCursor? after, int limit, long nowMs, CancellationToken ct = default);

    /// <summary>How many notices are unread; counts no further than <paramref name="atMost"/>.</summary>
    ValueTask<int> CountUnreadAsync(string personId, int atMost, long nowMs, CancellationToken ct = default);

    /// <summary>False if the person has no such notice.</summary>
    ValueTask<bool> MarkReadAsync(string personId, string noticeId, long nowMs, CancellationToken ct = default);

    ValueTask<int> MarkAllReadAsync(string personId, long nowMs, CancellationToken ct = default);

    /// <summary>Settings by person; who never set anything is not among them.</summary>
    ValueTask<IReadOnlyDictionary<string, NotificationSetting>> SettingsAsync(
        IReadOnlyCollection<string> personIds, CancellationToken ct = default);

    ValueTask PutSettingAsync(NotificationSetting setting, CancellationToken ct = default);

    /// <summary>When the next row is due; null if nothing is waiting.</summary>
    ValueTask<long?> NextDueAsync(CancellationToken ct = default);

    /// <summary>Takes due rows, the longest due first. Nobody else gets them before <paramref name="leaseUntilMs"/>.</summary>
    ValueTask<IReadOnlyList<OutboxItem>> ClaimAsync(
        long nowMs, long leaseUntilMs, int limit, CancellationToken ct = default);

    /// <summary>False, and nothing is changed, if the row has meanwhile been claimed by another.</summary>
    ValueTask<bool> ResolveAsync(OutboxItem item, OutboxResult result, long nowMs, CancellationToken ct = default);

    /// <summary>Removes notices that became visible before this, with what was to be sent of them.</summary>
    ValueTask<int> RemoveBeforeAsync(long beforeMs, CancellationToken ct = default);
}
