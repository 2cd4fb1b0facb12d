namespace Assay.Server.Notifications.Channels;

/// <summary>Where one delivery goes, looked up at the moment of sending.</summary>
/// <param name="Address">A URL, or an e-mail address.</param>
/// <param name="Secret">What a webhook is signed with; empty for other channels.</param>
/// <param name="IsPersonal">Whether a person chose the address, and not the operator.</param>
internal sealed record Destination(string Address, string Secret, bool IsPersonal)
{
    // A record would print the secret, and addresses of Slack and Teams are secrets too.
    public override string ToString() => IsPersonal ? "a person's own" : "the company's";
}

/// <summary>One notice on its way out.</summary>
/// <param name="Id">The same for every attempt, so that a receiver can tell that it has it already.</param>
/// <param name="Url">The notice's link as an absolute address; null if the company's address is not configured.</param>
/// <param name="Person">E-mail address of whom it is for; null for the company.</param>
internal sealed record Delivery(string Id, Notice Notice, Uri? Url, string? Person, Destination To);

/// <summary>How an attempt ended.</summary>
internal abstract record SendResult
{
    public sealed record Sent : SendResult;

    /// <summary>It may work later.</summary>
    /// <param name="Reason">Said in logs and to people: no address, no secret.</param>
    /// <param name="RetryAfter">What the receiver asked for.</param>
    public sealed record Failed(string Reason, TimeSpan? RetryAfter = null) : SendResult;

    /// <summary>It will never work.</summary>
    public sealed record Refused(string Reason) : SendResult;
}

/// <summary>A way out of the console.</summary>
internal interface INoticeChannel
{
    /// <summary>One of <see cref="ChannelNames"/>.</summary>
    string Name { get; }

    /// <summary>One attempt. Throws only when cancelled: what goes wrong with a receiver is a result.</summary>
    Task<SendResult> SendAsync(Delivery delivery, CancellationToken ct);
}
