namespace Assay.Server.Notifications;

/// <summary>Tells people things: in their inbox at once, and through the channels that they chose.</summary>
internal interface INotifier
{
    /// <summary>True if the person had not been told it yet.</summary>
    ValueTask<bool> NotifyAsync(NewNotice notice, CancellationToken ct = default);

    /// <summary>All of them or, if the store fails, none. Returns how many had not been told yet.</summary>
    ValueTask<int> NotifyAsync(IReadOnlyList<NewNotice> notices, CancellationToken ct = default);

    /// <summary>
    /// Takes back what nobody has been told yet, of the notices whose dedupe key begins with this. What is in an inbox
    /// stays there, but is not sent any more where it has not been. Returns how many notices were taken back.
    /// </summary>
    ValueTask<int> CancelAsync(string dedupeKeyPrefix, CancellationToken ct = default);
}
