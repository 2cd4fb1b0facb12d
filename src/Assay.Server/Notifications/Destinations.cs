using Assay.Server.Directory;
using Assay.Server.Notifications.Channels;

namespace Assay.Server.Notifications;

/// <summary>
/// Looks up, when something is sent, where to: the person may have changed their address, switched the channel off or
/// left since it was written into the outbox.
/// </summary>
internal sealed class Destinations(CompanyWebhooks company, DirectorySnapshots directory, TimeProvider clock)
{
    /// <summary>Where an item of the outbox goes; null if it is not wanted any more.</summary>
    public Destination? Find(string channel, string target, string personId, NotificationSetting? setting)
    {
        if (target.Length > 0)
        {
            return company.Find(target) is { } webhook && webhook.Channel == channel
                ? new Destination(webhook.Url.ToString(), webhook.Secret, IsPersonal: false)
                : null;
        }

        if (directory.Current.FindPerson(personId) is not { } person
            || person.DisabledAtMs <= clock.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return null;
        }

        setting ??= new NotificationSetting { PersonId = personId };
        if (channel == ChannelNames.Mail)
        {
            return setting.Mail
                ? new Destination(setting.Email.Length > 0 ? setting.Email : person.Email, "", IsPersonal: true)
                : null;
        }

        return setting.UrlOf(channel) is { } url ? new Destination(url, setting.WebhookSecret, IsPersonal: true) : null;
    }
}
