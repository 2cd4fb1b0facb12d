using System.Data.Common;
using Assay.Server.Notifications;

namespace Assay.Server.Store;

/// <summary>The columns of a person's notification settings, both ways.</summary>
internal static class NotificationSettingRow
{
    public const string Columns =
        "person_id, mail_on, email, webhook_on, webhook_url, webhook_secret, slack_on, slack_url, teams_on, teams_url, "
        + "quiet_from, quiet_to, severity_min";

    public const string Upsert =
        $"insert into notification_setting ({Columns}) values (@PersonId, @Mail, @Email, @Webhook, @WebhookUrl, "
        + "@WebhookSecret, @Slack, @SlackUrl, @Teams, @TeamsUrl, @QuietFrom, @QuietTo, @SeverityMin) "
        + "on conflict (person_id) do update set mail_on = excluded.mail_on, email = excluded.email, "
        + "webhook_on = excluded.webhook_on, webhook_url = excluded.webhook_url, "
        + "webhook_secret = excluded.webhook_secret, slack_on = excluded.slack_on, slack_url = excluded.slack_url, "
        + "teams_on = excluded.teams_on, teams_url = excluded.teams_url, quiet_from = excluded.quiet_from, "
        + "quiet_to = excluded.quiet_to, severity_min = excluded.severity_min";

    public static object Parameters(NotificationSetting setting) => new
    {
        setting.PersonId,
        Mail = setting.Mail ? 1 : 0,
        setting.Email,
        Webhook = setting.Webhook ? 1 : 0,
        setting.WebhookUrl,
        setting.WebhookSecret,
        Slack = setting.Slack ? 1 : 0,
        setting.SlackUrl,
        Teams = setting.Teams ? 1 : 0,
        setting.TeamsUrl,
        QuietFrom = setting.Quiet?.FromMinute,
        QuietTo = setting.Quiet?.ToMinute,
        SeverityMin = (int)setting.SeverityMin,
    };

    public static NotificationSetting Read(DbDataReader row) => new()
    {
        PersonId = row.GetString(0),
        Mail = row.GetInt32(1) != 0,
        Email = row.GetString(2),
        Webhook = row.GetInt32(3) != 0,
        WebhookUrl = row.GetString(4),
        WebhookSecret = row.GetString(5),
        Slack = row.GetInt32(6) != 0,
        SlackUrl = row.GetString(7),
        Teams = row.GetInt32(8) != 0,
        TeamsUrl = row.GetString(9),
        Quiet = row.IsDBNull(10) || row.IsDBNull(11) ? null : new QuietHours(row.GetInt32(10), row.GetInt32(11)),
        SeverityMin = (NoticeSeverity)row.GetInt32(12),
    };
}
