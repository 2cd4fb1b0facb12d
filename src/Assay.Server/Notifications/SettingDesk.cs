using Assay.Server.Api;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Notifications.Channels;
using Assay.Server.Store;

namespace Assay.Server.Notifications;

/// <summary>Where people say how they want to be told, for the API and the page.</summary>
internal sealed class SettingDesk(
    INotificationStore store, INotifier notifier, NotificationsConfig config, PersonalHosts hosts, TimeProvider clock)
{
    // One test in so many seconds: a button must not be a way to flood a receiver.
    private const int SecondsBetweenTests = 10;

    private readonly bool _sendsMail = config.Smtp.Host.Length > 0;

    public async Task<NotificationSetting> FindAsync(Person person, CancellationToken ct) =>
        (await store.SettingsAsync([person.Id], ct)).GetValueOrDefault(person.Id)
        ?? new NotificationSetting { PersonId = person.Id };

    /// <summary>Saves what was written, or says what is wrong with it.</summary>
    public async Task<(NotificationSetting Setting, InputFaults Faults)> PutAsync(
        Person person, PutNotificationSettings wanted, CancellationToken ct)
    {
        var before = await FindAsync(person, ct);
        var (setting, faults) = Read(person, wanted, before);
        if (!faults.Any)
        {
            await store.PutSettingAsync(setting, ct);
        }

        return (setting, faults);
    }

    /// <summary>Tells the person that this is a test. False if they asked for one a moment ago.</summary>
    public async Task<bool> TestAsync(Person person, CancellationToken ct) => await notifier.NotifyAsync(
        new NewNotice
        {
            PersonId = person.Id,
            Kind = NoticeKinds.Test,
            Severity = NoticeSeverity.Critical,
            Subject = "A test of your notifications",
            Body = "You asked for this to see where it arrives. Nothing happened.",
            Link = "/inbox/settings",
            DedupeKey = $"{NoticeKinds.Test}/{clock.GetUtcNow().ToUnixTimeSeconds() / SecondsBetweenTests}",
        },
        ct);

    /// <summary>The channels that a person's notices go through now.</summary>
    public IReadOnlyList<string> ChannelsOf(NotificationSetting setting) =>
        [.. setting.Channels().Where(c => c != ChannelNames.Mail || _sendsMail)];

    public NotificationSettingsView View(NotificationSetting setting, Person person) => new(
        setting.Mail,
        _sendsMail,
        setting.Email.Length > 0 ? setting.Email : person.Email,
        setting.Webhook,
        Absent(setting.WebhookUrl),
        Absent(setting.WebhookSecret),
        setting.Slack,
        Absent(setting.SlackUrl),
        setting.Teams,
        Absent(setting.TeamsUrl),
        setting.Quiet is { } from ? QuietHours.Format(from.FromMinute) : null,
        setting.Quiet is { } to ? QuietHours.Format(to.ToMinute) : null,
        NoticeWords.Word(setting.SeverityMin),
        [.. config.AllowedHosts]);

    private (NotificationSetting Setting, InputFaults Faults) Read(
        Person person, PutNotificationSettings wanted, NotificationSetting before)
    {
        var faults = new InputFaults();
        var severity = NoticeSeverity.Info;
        if (!string.IsNullOrEmpty(wanted.MinSeverity)
            && !NoticeWords.Severities.TryGetValue(wanted.MinSeverity, out severity))
        {
            faults.Add(
                "minSeverity", $"'{InputRules.Shorten(wanted.MinSeverity)}' is not one of: info, warning, critical.");
        }

        var webhookUrl = Url("webhookUrl", wanted.WebhookUrl, wanted.Webhook, faults);
        return (
            new NotificationSetting
            {
                PersonId = person.Id,
                Mail = wanted.Mail ?? true,
                Email = Email(wanted.Email, person, faults),
                Webhook = wanted.Webhook ?? false,
                WebhookUrl = webhookUrl,
                WebhookSecret = webhookUrl.Length == 0 ? ""
                    : webhookUrl == before.WebhookUrl && before.WebhookSecret.Length > 0 ? before.WebhookSecret
                    : StandardWebhook.NewSecret(),
                Slack = wanted.Slack ?? false,
                SlackUrl = Url("slackUrl", wanted.SlackUrl, wanted.Slack, faults),
                Teams = wanted.Teams ?? false,
                TeamsUrl = Url("teamsUrl", wanted.TeamsUrl, wanted.Teams, faults),
                Quiet = Quiet(wanted, faults),
                SeverityMin = severity,
            },
            faults);
    }

    private string Url(string field, string? url, bool? isOn, InputFaults faults)
    {
        if (string.IsNullOrWhiteSpace(url))
        {
            if (isOn == true)
            {
                faults.Add(field, "is missing: give the address, or switch this off.");
            }

            return "";
        }

        if (hosts.FaultIn(url.Trim()) is { } fault)
        {
            faults.Add(field, fault);
        }

        return url.Trim();
    }

    /// <summary>Empty for one's own address, so that it follows when that changes.</summary>
    private string Email(string? text, Person person, InputFaults faults)
    {
        var email = InputRules.CanonicalEmail(text?.Trim() ?? "");
        if (email.Length == 0 || email == person.Email)
        {
            return "";
        }

        if (InputRules.FaultInEmail(email) is { } fault)
        {
            faults.Add("email", fault);
            return "";
        }

        // Notices name people and amounts: they stay within the company's mail.
        var domain = email[(email.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var own = person.Email[(person.Email.IndexOf('@', StringComparison.Ordinal) + 1)..];
        if (!config.Smtp.Domains.Append(own).Contains(domain, StringComparer.OrdinalIgnoreCase))
        {
            faults.Add("email", $"is at {domain}: use an address at {string.Join(" or ", config.Smtp.Domains.Prepend(own))}.");
        }

        return email;
    }

    private static QuietHours? Quiet(PutNotificationSettings wanted, InputFaults faults)
    {
        if (string.IsNullOrEmpty(wanted.QuietFrom) && string.IsNullOrEmpty(wanted.QuietTo))
        {
            return null;
        }

        var from = Minute("quietFrom", wanted.QuietFrom, faults);
        var to = Minute("quietTo", wanted.QuietTo, faults);
        if (from == to && !faults.Any)
        {
            faults.Add("quietTo", "is when quiet begins: give another time, or leave both out for no quiet hours.");
        }

        return new QuietHours(from, to);
    }

    private static int Minute(string field, string? text, InputFaults faults)
    {
        if (!QuietHours.TryParse(text, out var minute))
        {
            faults.Add(field, $"'{InputRules.Shorten(text ?? "")}' is not a time of day such as 22:00.");
        }

        return minute;
    }

    private static string? Absent(string text) => text.Length == 0 ? null : text;
}
