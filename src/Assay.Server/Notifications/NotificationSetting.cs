namespace Assay.Server.Notifications;

/// <summary>How a person wants to be told. Who has none is told by mail, if the company sends mail.</summary>
internal sealed record NotificationSetting
{
    public required string PersonId { get; init; }

    public bool Mail { get; init; } = true;

    /// <summary>Empty for the person's own address in the directory.</summary>
    public string Email { get; init; } = "";

    public bool Webhook { get; init; }

    public string WebhookUrl { get; init; } = "";

    /// <summary>What the receiver checks signatures with: <c>whsec_</c> and Base64. Made by us, anew for each URL.</summary>
    public string WebhookSecret { get; init; } = "";

    public bool Slack { get; init; }

    public string SlackUrl { get; init; } = "";

    public bool Teams { get; init; }

    public string TeamsUrl { get; init; } = "";

    public QuietHours? Quiet { get; init; }

    /// <summary>Less than this stays in the inbox.</summary>
    public NoticeSeverity SeverityMin { get; init; } = NoticeSeverity.Info;

    /// <summary>The channels that are on and have somewhere to go; mail always has.</summary>
    public IEnumerable<string> Channels()
    {
        if (Mail)
        {
            yield return ChannelNames.Mail;
        }

        foreach (var channel in new[] { ChannelNames.Webhook, ChannelNames.Slack, ChannelNames.Teams })
        {
            if (UrlOf(channel) is not null)
            {
                yield return channel;
            }
        }
    }

    /// <summary>Where a channel leads; null if it is off.</summary>
    public string? UrlOf(string channel) => channel switch
    {
        ChannelNames.Webhook when Webhook && WebhookUrl.Length > 0 => WebhookUrl,
        ChannelNames.Slack when Slack && SlackUrl.Length > 0 => SlackUrl,
        ChannelNames.Teams when Teams && TeamsUrl.Length > 0 => TeamsUrl,
        _ => null,
    };
}
