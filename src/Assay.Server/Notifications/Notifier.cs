using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Store;

namespace Assay.Server.Notifications;

/// <summary>Writes notices and what is to be sent of them in one transaction, and wakes who sends them.</summary>
internal sealed class Notifier(
    INotificationStore store,
    DirectorySnapshots directory,
    CompanyWebhooks company,
    NotificationsConfig config,
    OutboxBell bell,
    TimeProvider clock) : INotifier
{
    public const int NoticesMax = 1000;

    private readonly bool _sendsMail = config.Smtp.Host.Length > 0;

    public async ValueTask<bool> NotifyAsync(NewNotice notice, CancellationToken ct = default) =>
        await NotifyAsync([notice], ct) > 0;

    public async ValueTask<int> NotifyAsync(IReadOnlyList<NewNotice> notices, CancellationToken ct = default)
    {
        if (notices.Count > NoticesMax)
        {
            throw new ArgumentException($"At most {NoticesMax} notices at once.", nameof(notices));
        }

        var now = clock.GetUtcNow();
        var people = directory.Current;
        var wanted = notices
            .Where(n => n.PersonId == NewNotice.Company || IsHere(people.FindPerson(n.PersonId), now))
            .ToList();
        if (wanted.Count == 0)
        {
            return 0;
        }

        var settings = await store.SettingsAsync(
            [.. wanted.Select(n => n.PersonId).Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)], ct);
        var added = await store.AddAsync(
            [.. wanted.Select(n => Address(n, settings.GetValueOrDefault(n.PersonId), now))], ct);
        if (added.Count > 0)
        {
            bell.Ring();
        }

        return added.Count;
    }

    public ValueTask<int> CancelAsync(string dedupeKeyPrefix, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(dedupeKeyPrefix);
        return store.CancelAsync(dedupeKeyPrefix, clock.GetUtcNow().ToUnixTimeMilliseconds(), ct);
    }

    private static bool IsHere(Person? person, DateTimeOffset now) =>
        person is not null && !(person.DisabledAtMs <= now.ToUnixTimeMilliseconds());

    private AddressedNotice Address(NewNotice wanted, NotificationSetting? setting, DateTimeOffset now)
    {
        if (wanted.Kind.Length == 0 || wanted.DedupeKey.Length is 0 or > NoticeText.KeyCharsMax)
        {
            throw new ArgumentException("A notice has a kind, and a key that is not too long.", nameof(wanted));
        }

        var nowMs = now.ToUnixTimeMilliseconds();
        var notice = new Notice(
            "n_" + NewId(now),
            wanted.PersonId,
            wanted.Kind,
            wanted.Severity,
            NoticeText.Line(wanted.Subject, NoticeText.SubjectCharsMax),
            NoticeText.Lines(wanted.Body, NoticeText.BodyCharsMax),
            NoticeText.Path(wanted.Link),
            NoticeText.Line(wanted.DedupeKey, NoticeText.KeyCharsMax),
            nowMs,
            Math.Max(nowMs, wanted.NotBefore?.ToUnixTimeMilliseconds() ?? 0),
            ReadAtMs: null);
        return new AddressedNotice(
            notice,
            wanted.InboxOnly
                ? []
                : [.. Targets(wanted, setting).Select(t => new OutboxTarget("msg_" + NewId(now), t.Channel, t.Name))]);
    }

    private IEnumerable<(string Channel, string Name)> Targets(NewNotice wanted, NotificationSetting? setting)
    {
        if (wanted.PersonId == NewNotice.Company)
        {
            return company.All.Where(w => w.Wants(wanted.Kind)).Select(w => (w.Channel, w.Name));
        }

        setting ??= new NotificationSetting { PersonId = wanted.PersonId };
        return wanted.Severity < setting.SeverityMin
            ? []
            : setting.Channels().Where(c => c != ChannelNames.Mail || _sendsMail).Select(c => (c, ""));
    }

    private static string NewId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");
}
