using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Notifications;

/// <summary>
/// Says in inboxes, and only there, what could not be sent: to the person whose own address failed, and to the
/// administrators where the company's mail server or webhook did. Once a day for each.
/// </summary>
internal sealed class DeliveryFaults(INotifier notifier, DirectorySnapshots directory, TimeProvider clock)
{
    public async Task TellAsync(OutboxItem item, string reason, CancellationToken ct)
    {
        var day = clock.GetUtcNow().ToString("yyyy-MM-dd");
        var channel = item.Target.Channel;
        var isCompany = item.Target.Target.Length > 0;
        var notices = new List<NewNotice>();
        if (!isCompany)
        {
            notices.Add(Notice(
                item.Notice.PersonId,
                $"Your notices by {channel} do not arrive",
                $"The last one given up was “{item.Notice.Subject}”: {reason}. It is in your inbox; see your settings.",
                "/inbox/settings",
                $"{NoticeKinds.DeliveryFailed}/{channel}/{day}"));
        }

        if (isCompany || channel == ChannelNames.Mail)
        {
            var what = isCompany ? $"The company’s webhook “{item.Target.Target}”" : "Mail to somebody";
            notices.AddRange(directory.Current.Data.People.Where(p => p.Role == Role.Admin).Select(admin => Notice(
                admin.Id,
                $"{what} could not be delivered",
                $"After {item.Attempts} attempts a notice was given up: {reason}. "
                + "See the section notifications of the configuration.",
                "/inbox",
                $"{NoticeKinds.DeliveryFailed}/company/{channel}/{item.Target.Target}/{day}")));
        }

        await notifier.NotifyAsync(notices, ct);
    }

    private static NewNotice Notice(string personId, string subject, string body, string link, string key) => new()
    {
        PersonId = personId,
        Kind = NoticeKinds.DeliveryFailed,
        Severity = NoticeSeverity.Warning,
        Subject = subject,
        Body = body,
        Link = link,
        DedupeKey = key,
        InboxOnly = true,
    };
}
