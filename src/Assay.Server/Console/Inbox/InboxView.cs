namespace Assay.Server.Console.Inbox;

/// <summary>What the inbox shows.</summary>
public sealed record InboxView(
    IReadOnlyList<InboxNotice> Notices, int Unread, bool OnlyUnread, string? FirstHref, string? NextHref)
{
    public string Finding => (Unread, OnlyUnread) switch
    {
        (0, _) => "Nothing is unread.",
        (1, _) => "One notice is unread.",
        _ => $"{(Unread > 99 ? "More than 99" : Unread)} notices are unread.",
    };
}

/// <param name="When">In the org's time zone.</param>
/// <param name="At">For programs.</param>
public sealed record InboxNotice(
    string Id, bool IsCritical, string Subject, IReadOnlyList<string> Lines, string Link, string When, string At, bool IsUnread);
