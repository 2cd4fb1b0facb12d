using System.ComponentModel;

namespace Assay.Server.Notifications;

/// <summary>How somebody wants to be told, as they write it. What is absent is as for somebody who never said anything.</summary>
public sealed record PutNotificationSettings
{
    [Description("Whether mail is sent; true if absent.")]
    public bool? Mail { get; init; }

    [Description("Where mail goes; one's own address if absent.")]
    public string? Email { get; init; }

    [Description("Whether one's own webhook is called.")]
    public bool? Webhook { get; init; }

    [Description("The address of one's own webhook, on a host that the company allows.")]
    public string? WebhookUrl { get; init; }

    [Description("Whether Slack is told.")]
    public bool? Slack { get; init; }

    [Description("The address of an incoming webhook of Slack.")]
    public string? SlackUrl { get; init; }

    [Description("Whether Teams is told.")]
    public bool? Teams { get; init; }

    [Description("The address of a Workflows webhook of Teams.")]
    public string? TeamsUrl { get; init; }

    [Description("When quiet hours begin, as in 22:00, in the org's time zone; none if absent.")]
    public string? QuietFrom { get; init; }

    [Description("When quiet hours end, as in 07:00.")]
    public string? QuietTo { get; init; }

    [Description("info, warning or critical: less than this stays in the inbox; info if absent.")]
    public string? MinSeverity { get; init; }
}

/// <summary>How somebody is told.</summary>
/// <param name="MailAvailable">Whether the company sends mail.</param>
/// <param name="WebhookSecret">What one's own webhook is signed with; null until it has an address.</param>
/// <param name="AllowedHosts">Where one's own addresses may lead.</param>
public sealed record NotificationSettingsView(
    bool Mail,
    bool MailAvailable,
    string Email,
    bool Webhook,
    string? WebhookUrl,
    string? WebhookSecret,
    bool Slack,
    string? SlackUrl,
    bool Teams,
    string? TeamsUrl,
    string? QuietFrom,
    string? QuietTo,
    string MinSeverity,
    IReadOnlyList<string> AllowedHosts);
