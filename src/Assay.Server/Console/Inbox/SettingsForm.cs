using Assay.Server.Notifications;

namespace Assay.Server.Console.Inbox;

/// <summary>What the settings page shows: what is kept, or what somebody wrote that cannot be kept, with the faults.</summary>
/// <param name="Faults">What is wrong, by the name of the field.</param>
/// <param name="Done">What was just done, in a sentence.</param>
public sealed record SettingsForm(
    PutNotificationSettings Values,
    NotificationSettingsView Kept,
    string ZoneName,
    IReadOnlyDictionary<string, string[]> Faults,
    string? Done)
{
    private static readonly Dictionary<string, string[]> s_none = [];

    public static SettingsForm Of(NotificationSettingsView kept, string zoneName, string? done) => new(
        new PutNotificationSettings
        {
            Mail = kept.Mail,
            Email = kept.Email,
            Webhook = kept.Webhook,
            WebhookUrl = kept.WebhookUrl,
            Slack = kept.Slack,
            SlackUrl = kept.SlackUrl,
            Teams = kept.Teams,
            TeamsUrl = kept.TeamsUrl,
            QuietFrom = kept.QuietFrom,
            QuietTo = kept.QuietTo,
            MinSeverity = kept.MinSeverity,
        },
        kept,
        zoneName,
        s_none,
        done);

    /// <summary>What was sent from the page.</summary>
    public static PutNotificationSettings Read(IFormCollection form) => new()
    {
        Mail = form.ContainsKey("mail"),
        Email = form["email"],
        Webhook = form.ContainsKey("webhook"),
        WebhookUrl = form["webhookUrl"],
        Slack = form.ContainsKey("slack"),
        SlackUrl = form["slackUrl"],
        Teams = form.ContainsKey("teams"),
        TeamsUrl = form["teamsUrl"],
        QuietFrom = form["quietFrom"],
        QuietTo = form["quietTo"],
        MinSeverity = form["minSeverity"],
    };

    public string? FaultOf(string field) => Faults.TryGetValue(field, out var faults) ? string.Join(" ", faults) : null;
}
