using System.Text.RegularExpressions;
using Assay.Server.Directory;
using Assay.Server.Notifications;
using Assay.Server.Notifications.Channels;

namespace Assay.Server.Hosting;

/// <summary>The rules of the configuration's section <c>notifications</c>.</summary>
internal static partial class NotificationRules
{
    private const int WebhooksMax = 20;
    private const int HostsMax = 100;

    private static readonly string[] s_formats = [ChannelNames.Webhook, ChannelNames.Slack, ChannelNames.Teams];

    public static void Check(NotificationsConfig config, List<string> faults)
    {
        CheckSmtp(config.Smtp, faults);
        for (var i = 0; i < config.Webhooks.Count; i++)
        {
            CheckWebhook($"notifications.webhooks[{i}]", config.Webhooks[i], faults);
        }

        if (config.Webhooks.Count > WebhooksMax)
        {
            faults.Add($"notifications.webhooks: at most {WebhooksMax}.");
        }

        foreach (var name in config.Webhooks.GroupBy(w => w.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            faults.Add($"notifications.webhooks: the name \"{name.Key}\" is used twice.");
        }

        foreach (var host in config.AllowedHosts.Take(HostsMax))
        {
            if (PersonalHosts.FaultInEntry(host) is { } fault)
            {
                faults.Add($"notifications.allowedHosts: {fault}");
            }
        }

        if (config.AllowedHosts.Count > HostsMax)
        {
            faults.Add($"notifications.allowedHosts: at most {HostsMax}.");
        }
    }

    private static void CheckSmtp(SmtpConfig smtp, List<string> faults)
    {
        if (smtp.Host.Length == 0)
        {
            if (smtp.From.Length > 0 || smtp.Username.Length > 0)
            {
                faults.Add("notifications.smtp.host: empty; name the mail server, or leave the whole section out.");
            }

            return;
        }

        if (Uri.CheckHostName(smtp.Host) == UriHostNameType.Unknown)
        {
            faults.Add($"notifications.smtp.host: \"{smtp.Host}\" is no host; write one like mail.example.com.");
        }

        if (smtp.Port is < 1 or > 65535)
        {
            faults.Add($"notifications.smtp.port: must be from 1 to 65535, not {smtp.Port}.");
        }

        if (smtp.Tls is not ("starttls" or "none"))
        {
            faults.Add("notifications.smtp.tls: must be \"starttls\" or \"none\".");
        }

        if (InputRules.FaultInEmail(smtp.From) is { } from)
        {
            faults.Add($"notifications.smtp.from: {from}");
        }

        if (SecretSource.Check(smtp.Password) is { } password)
        {
            faults.Add($"notifications.smtp.password: {password}");
        }

        if (smtp.Username.Length > 0 && smtp.Tls == "none" && smtp.Host is not ("localhost" or "127.0.0.1" or "::1"))
        {
            faults.Add("notifications.smtp.tls: must be \"starttls\" where a password is sent to another machine.");
        }

        foreach (var domain in smtp.Domains.Where(d => Uri.CheckHostName(d) != UriHostNameType.Dns))
        {
            faults.Add($"notifications.smtp.domains: \"{domain}\" is no domain such as example.com.");
        }
    }

    private static void CheckWebhook(string key, WebhookConfig webhook, List<string> faults)
    {
        if (!NameShape().IsMatch(webhook.Name))
        {
            faults.Add($"{key}.name: a name has 1 to 64 letters, digits, dots, dashes or underscores.");
        }

        if (!Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
            || url.UserInfo.Length > 0)
        {
            // Not repeated: addresses of Slack and Teams are secrets.
            faults.Add($"{key}.url: must be an http or https address without a user name.");
        }

        if (!s_formats.Contains(webhook.Format, StringComparer.Ordinal))
        {
            faults.Add($"{key}.format: must be webhook, slack or teams, not \"{webhook.Format}\".");
        }

        if (SecretSource.Check(webhook.Secret) is { } source)
        {
            faults.Add($"{key}.secret: {source}");
        }
        else if (webhook.Format == ChannelNames.Webhook
            && !webhook.Secret.StartsWith("env:", StringComparison.Ordinal)
            && !webhook.Secret.StartsWith("file:", StringComparison.Ordinal)
            && StandardWebhook.FaultInSecret(webhook.Secret) is { } fault)
        {
            faults.Add($"{key}.secret: {fault}");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}$", RegexOptions.None, 1000)]
    private static partial Regex NameShape();
}
