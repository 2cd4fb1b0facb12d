using System.Globalization;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;

namespace Assay.Server.Notifications;

/// <summary>
/// Tells people about their budgets: first the person who spends, later those who answer for it, and not at all if it has
/// been raised meanwhile. Keys keep a second node, or a restart, from telling anything twice.
/// </summary>
internal sealed class BudgetNotices(
    INotifier notifier, DirectorySnapshots directory, BudgetLinks links, TimeProvider clock)
    : IBudgetAlerts, IBudgetEvents, IBudgetForecastEvents
{
    /// <summary>What the person has, to do something about it, before others are told.</summary>
    public static readonly TimeSpan OwnersLater = TimeSpan.FromMinutes(15);

    private const string Page = "/budget";

    public async ValueTask RaiseAsync(BudgetAlert alert, CancellationToken ct = default)
    {
        // Half of a month's budget on the first of the month is news to the person alone.
        var isForOwners = alert.Percent >= 80;
        var owners = isForOwners ? alert.Owners.Except(alert.People, StringComparer.Ordinal) : [];
        var later = alert.People.Count > 0 ? clock.GetUtcNow() + OwnersLater : (DateTimeOffset?)null;
        await notifier.NotifyAsync(
            [
                .. alert.People.Select(person => Notice(alert, person, null)),
                .. owners.Select(owner => Notice(alert, owner, later)),
                .. isForOwners ? [Notice(alert, NewNotice.Company, later)] : (IEnumerable<NewNotice>)[],
            ],
            ct);
    }

    public async ValueTask EaseAsync(Budget budget, CancellationToken ct = default) =>
        await notifier.CancelAsync(KeyOf(budget), ct);

    public async ValueTask RequestedAsync(
        BudgetRequest request, Budget budget, IReadOnlyList<string> deciders, CancellationToken ct = default) =>
        await notifier.NotifyAsync(
            [
                .. deciders.Select(decider => new NewNotice
                {
                    PersonId = decider,
                    Kind = NoticeKinds.RequestOpened,
                    Severity = NoticeSeverity.Warning,
                    Subject = $"{Name(request.AskedBy)} asks for {BudgetAmount.Say(request.Unit, request.Amount)} more",
                    Body = $"For the {Words(budget)}. {request.Reason}",
                    Link = links.Make(request.Id, decider),
                    DedupeKey = $"request:{request.Id}:opened",
                }),
                new NewNotice
                {
                    PersonId = NewNotice.Company,
                    Kind = NoticeKinds.RequestOpened,
                    Subject = $"{Name(request.AskedBy)} asks for {BudgetAmount.Say(request.Unit, request.Amount)} more",
                    Body = $"For the {Words(budget)}.",
                    Link = Page,
                    DedupeKey = $"request:{request.Id}:opened",
                },
            ],
            ct);

    public async ValueTask DecidedAsync(BudgetRequest request, Budget budget, CancellationToken ct = default)
    {
        // Those who had not heard of it yet need not decide it any more.
        await notifier.CancelAsync($"request:{request.Id}:opened", ct);
        var what = request.GrantedAmount is { } amount
            ? $"{BudgetAmount.Say(request.Unit, amount)} more for the {Words(budget)}"
            : $"No more for the {Words(budget)}";
        var decided = new NewNotice
        {
            PersonId = request.AskedBy,
            Kind = NoticeKinds.RequestDecided,
            Subject = what,
            Body = $"Decided by {Name(request.DecidedBy ?? "")}. {request.DecisionReason}".TrimEnd(),
            Link = Page,
            DedupeKey = $"request:{request.Id}:decided",
        };
        await notifier.NotifyAsync([decided, decided with { PersonId = NewNotice.Company }], ct);
    }

    public async ValueTask EndingAsync(EndingGrant ending, CancellationToken ct = default)
    {
        var (grant, budget) = ending;
        var (_, personId) = BudgetOwners.HomeOf(directory.Current, budget.Scope);
        var owners = BudgetOwners.Of(directory.Current, budget).Where(owner => owner != personId);
        var until = DateTimeOffset.FromUnixTimeMilliseconds(grant.UntilMs!.Value);
        var notice = new NewNotice
        {
            PersonId = NewNotice.Company,
            Kind = NoticeKinds.GrantEnding,
            Subject = $"{BudgetAmount.Say(budget.Unit, grant.Amount)} more for the {Words(budget)} end "
                + until.UtcDateTime.ToString("d MMMM, HH:mm", CultureInfo.InvariantCulture) + " UTC",
            Body = grant.LenderId is { } lender && directory.Current.Budgets.Find(lender) is { } from
                ? $"It was lent by the {Words(from)}, which has it again then. Whoever needs it longer asks for more."
                : "What can be spent is less from then on. Whoever needs it longer asks for more.",
            Link = Page,

            // A grant whose end was put off is told about again.
            DedupeKey = $"grant:{grant.Id}:{grant.UntilMs}",
        };
        string[] people = personId is null ? [.. owners, NewNotice.Company] : [personId, NewNotice.Company];
        await notifier.NotifyAsync([.. people.Select(person => notice with { PersonId = person })], ct);
    }

    public async ValueTask WarnAsync(BudgetForecastWarning warning, CancellationToken ct = default)
    {
        var budget = warning.Budget;
        var (_, personId) = BudgetOwners.HomeOf(directory.Current, budget.Scope);
        var day = warning.Forecast.RunsOut?.ToString("d MMMM", CultureInfo.InvariantCulture) ?? "before its end";
        var owners = BudgetOwners.Of(directory.Current, budget);
        var later = personId is null ? (DateTimeOffset?)null : clock.GetUtcNow() + OwnersLater;
        await notifier.NotifyAsync(
            [
                .. personId is null ? [] : (IEnumerable<NewNotice>)[Warning(personId, null)],
                .. owners.Where(owner => owner != personId).Append(NewNotice.Company).Select(owner => Warning(owner, later)),
            ],
            ct);

        NewNotice Warning(string person, DateTimeOffset? notBefore) => new()
        {
            PersonId = person,
            Kind = NoticeKinds.BudgetForecast,
            Severity = NoticeSeverity.Warning,
            Subject = $"The {Words(budget)} will probably run out on {day}",
            Body = $"{BudgetAmount.Say(budget.Unit, warning.Posted)} of {BudgetAmount.Say(budget.Unit, warning.Limit)} "
                + $"is used. By the end it would be about {BudgetAmount.Say(budget.Unit, warning.Forecast.Expected)}.",
            Link = Page,
            DedupeKey = warning.Key,
            NotBefore = notBefore,
        };
    }

    private static string KeyOf(Budget budget) => $"budget:{budget.Id}@";

    private NewNotice Notice(BudgetAlert alert, string person, DateTimeOffset? notBefore)
    {
        var budget = alert.Budget;
        var isOut = alert.Percent >= 100;
        var renews = alert.WindowEndMs == long.MaxValue
            ? ""
            : $" It renews at {DateTimeOffset.FromUnixTimeMilliseconds(alert.WindowEndMs):yyyy-MM-dd HH:mm} UTC.";
        return new NewNotice
        {
            PersonId = person,
            Kind = isOut ? NoticeKinds.BudgetExhausted : NoticeKinds.BudgetThreshold,

            // Only what stops somebody's work may break their quiet hours.
            Severity = isOut && budget.AtLimit == AtLimit.Block ? NoticeSeverity.Critical
                : alert.Percent >= 80 ? NoticeSeverity.Warning
                : NoticeSeverity.Info,
            Subject = isOut && budget.AtLimit != AtLimit.Warn
                ? $"The {Words(budget)} has no room for calls"
                : $"{alert.Percent} % of the {Words(budget)} is used",
            Body = $"{BudgetAmount.Say(budget.Unit, alert.Posted)} of {BudgetAmount.Say(budget.Unit, alert.Limit)} is used.{renews}",
            Link = Page,

            // The limit is in the key: a raised budget may be reported anew.
            DedupeKey = $"{KeyOf(budget)}{alert.WindowKey}:{alert.Limit}:{alert.Percent}",
            NotBefore = notBefore,
        };
    }

    private string Words(Budget budget) =>
        $"budget of {BudgetWords.Scope(directory.Current, budget.Scope)} ({BudgetAmount.Say(budget.Unit, budget.Limit)} {BudgetWords.Every(budget.Window)})";

    private string Name(string personId) => directory.Current.FindPerson(personId)?.Name ?? personId;
}
