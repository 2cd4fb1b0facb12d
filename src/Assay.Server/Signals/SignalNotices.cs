using Assay.Server.Directory;
using Assay.Server.Notifications;

namespace Assay.Server.Signals;

/// <summary>Tells of signals: first the person, and those who answer for a team only of what is theirs to know by then.</summary>
internal sealed class SignalNotices(INotifier notifier, DirectorySnapshots directory)
{
    public static string PageOf(Signal signal) => $"/signals/{signal.Id}";

    public async ValueTask RaisedAsync(Signal signal, CancellationToken ct)
    {
        if (signal.PersonId.Length > 0)
        {
            await notifier.NotifyAsync(
                Notice(signal, signal.PersonId, NoticeKinds.SignalRaised, signal.Subject,
                    $"{string.Join(' ', signal.Evidence.Seen)} Is that right? A click and a sentence are enough, and nobody else has been told."),
                ct);
        }
        else
        {
            await OwnersAsync(signal, NoticeKinds.SignalRaised, signal.Subject, string.Join(' ', signal.Evidence.Seen), ct);
        }
    }

    /// <summary>Nobody has answered in time.</summary>
    public ValueTask UnansweredAsync(Signal signal, CancellationToken ct) => OwnersAsync(
        signal, NoticeKinds.SignalUnanswered, $"Unanswered: {signal.Subject}",
        $"{Name(signal.PersonId)} was asked and has not answered yet. There may be a good reason.", ct);

    /// <summary>The person said that something went wrong, or that they do not know.</summary>
    public ValueTask ConfirmedAsync(Signal signal, CancellationToken ct) => OwnersAsync(
        signal, NoticeKinds.SignalConfirmed, $"{Name(signal.PersonId)}: {SignalWords.Say(signal.Answer!.Value)}. {signal.Subject}",
        signal.AnswerText ?? "", ct);

    private async ValueTask OwnersAsync(Signal signal, string kind, string subject, string body, CancellationToken ct)
    {
        var owners = OwnersOf(signal);
        if (owners.Count > 0)
        {
            await notifier.NotifyAsync([.. owners.Select(owner => Notice(signal, owner, kind, subject, body))], ct);
        }
    }

    /// <summary>The nearest managers above, or else those who answer for the company's money; never the person.</summary>
    private List<string> OwnersOf(Signal signal)
    {
        var snapshot = directory.Current;
        foreach (var team in snapshot.Teams.PathOf(signal.TeamId))
        {
            var managers = snapshot.Managers.Of(team).Where(owner => owner != signal.PersonId).ToList();
            if (managers.Count > 0)
            {
                return managers;
            }
        }

        return [.. snapshot.Managers.Treasurers.Where(owner => owner != signal.PersonId)];
    }

    private static NewNotice Notice(Signal signal, string person, string kind, string subject, string body) => new()
    {
        PersonId = person,
        Kind = kind,
        Severity = NoticeSeverity.Warning,
        Subject = subject,
        Body = body,
        Link = PageOf(signal),
        DedupeKey = $"signal:{signal.Id}:{kind}",
    };

    private string Name(string personId) => directory.Current.FindPerson(personId)?.Name ?? "Somebody";
}
