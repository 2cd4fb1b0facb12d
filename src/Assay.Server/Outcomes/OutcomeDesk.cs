using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Outcomes;

/// <summary>Where outcomes are taken in, whatever told of them, and shown to those who may see them.</summary>
internal sealed class OutcomeDesk(IOutcomeStore store, OutcomeSources sources, DirectorySnapshots directory, TimeProvider clock)
{
    /// <summary>How long a delivery is known that comes again.</summary>
    public static readonly TimeSpan DeliveriesKept = TimeSpan.FromDays(90);

    private static readonly TimeSpan s_forgetEvery = TimeSpan.FromHours(1);

    private long _forgetAtMs;

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes what a delivery tells, once. Authors are found by their e-mail address, or by what configuration calls them.</summary>
    /// <returns>The ids of the outcomes told of; null if the delivery was taken before.</returns>
    public async ValueTask<IReadOnlyList<string>?> TakeAsync(OutcomeBatch batch, CancellationToken ct)
    {
        var taken = await store.ApplyAsync(
            batch with { Outcomes = [.. batch.Outcomes.Select(r => WithPerson(r) with { SettleDays = sources.SettleDays(r.Kind) })] }, ct);
        var now = NowMs;
        if (Interlocked.Read(ref _forgetAtMs) is var due && due <= now
            && Interlocked.CompareExchange(ref _forgetAtMs, now + (long)s_forgetEvery.TotalMilliseconds, due) == due)
        {
            await store.ForgetDeliveriesAsync(now - (long)DeliveriesKept.TotalMilliseconds, ct);
        }

        return taken;
    }

    /// <summary>The outcomes that somebody may see, newest first: their own, those of teams they manage, or all.</summary>
    public async ValueTask<(IReadOnlyList<Outcome> Outcomes, Outcome? Last)> ListAsync(Viewer viewer, OutcomeQuery query, CancellationToken ct)
    {
        var rules = new AccessRules(directory.Current, viewer);
        var asked = rules.SeesCompany ? query : query with
        {
            PersonId = viewer.PersonId,
            TeamIds = rules.ManagedTeamId is { } managed ? directory.Current.Teams.Within(managed) : [],
        };
        var found = await store.ListAsync(asked with { Limit = query.Limit + 1, NowMs = NowMs }, ct);
        return found.Count > query.Limit ? ([.. found.Take(query.Limit)], found[query.Limit - 1]) : (found, null);
    }

    /// <summary>An outcome that somebody may see; null if there is none, or none for them.</summary>
    public async ValueTask<Outcome?> FindAsync(Viewer viewer, string id, CancellationToken ct) =>
        await store.FindAsync(id, ct) is { } outcome
        && new AccessRules(directory.Current, viewer).CanSeeOutcome(outcome.PersonId, outcome.TeamId) ? outcome : null;

    /// <summary>Which sessions worked on something is its author's business, and that of those who audit.</summary>
    public bool MaySeeSessions(Viewer viewer, Outcome outcome) =>
        new AccessRules(directory.Current, viewer).CanSeeUsageOfPerson(outcome.PersonId);

    private OutcomeReport WithPerson(OutcomeReport report)
    {
        var known = directory.Current;
        var person = report.PersonId is { Length: > 0 } id ? known.FindPerson(id)
            : report.Author is { Length: > 0 } author ? known.FindPersonByEmail(sources.EmailOf(author))
            : null;
        return report with { PersonId = person?.Id, TeamId = report.TeamId ?? person?.TeamId ?? report.TeamOtherwise };
    }
}
