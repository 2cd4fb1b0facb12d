using System.Globalization;
using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Reverts;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.Demo;

/// <summary>
/// What the company's work led to: two months of changes and tickets before today, and those that today's conversations end in,
/// tied to them by their commits.
/// </summary>
internal sealed class DemoOutcomes(IStore store, TimeProvider clock, int seed)
{
    private const long DayMs = 24L * 60 * 60 * 1000;
    private const int ChangesBefore = 320;
    private const int TicketsBefore = 60;

    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(5);

    private static readonly string[] s_verbs = ["Add", "Cache", "Simplify", "Speed up", "Retry", "Validate", "Log", "Split"];
    private static readonly string[] s_things = ["route lookups", "the driver roster", "parcel labels", "depot imports", "time windows", "the tariff table", "toll reports", "the night plan"];

    private readonly Random _random = new(seed + 77);
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private int _number;

    /// <summary>The two months before today.</summary>
    public async Task FillAsync(CancellationToken cancellation)
    {
        var directory = new DirectorySnapshot(await store.Directory.LoadAsync(cancellation));
        var makers = DemoCompany.People.Where(p => p.Team is "platform" or "routing" or "mobile").Select(p => directory.FindPersonByEmail(p.Email)!).ToList();
        var helpers = DemoCompany.People.Where(p => p.Team == "support").Select(p => directory.FindPersonByEmail(p.Email)!).ToList();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var told = new List<OutcomeReport>();
        var tried = DemoExperiments.Ended("", now).Calendar();
        for (var i = 0; i < ChangesBefore; i++)
        {
            // In the order in which they were opened, so that later ones can undo earlier ones.
            var opened = now - (60 * DayMs) + (i * 59 * DayMs / ChangesBefore);
            var ended = opened + _random.NextInt64(DayMs / 8, 3 * DayMs);
            var repo = DemoExperiments.Repositories[_random.Next(DemoExperiments.Repositories.Count)];
            // The treated lose fewer: that is what the experiment finds.
            var isTreated = tried.PeriodAt(ended) is { } period && tried.IsTreated(repo, period) == true;
            told.Add(Change(makers[_random.Next(makers.Count)], repo, opened, ended, now, isTreated ? 20 : 5));
            if (_random.Next(isTreated ? 40 : 8) == 0 && told[^1].Steps[^1] is { What: OutcomeEvent.Accepted } accepted && accepted.AtMs + (4 * DayMs) < now)
            {
                told.Add(Revert(told[^1], accepted.AtMs + _random.NextInt64(DayMs / 4, 3 * DayMs)));
            }
        }

        for (var i = 0; i < TicketsBefore; i++)
        {
            var opened = now - _random.NextInt64(DayMs, 60 * DayMs);
            told.Add(Ticket(helpers[_random.Next(helpers.Count)], $"SUP-{500 + i}", opened, opened + _random.NextInt64(DayMs / 24, DayMs / 2)));
        }

        await store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes = told,
                Deployments =
                [
                    .. told.Where(o => o.Commits.Count > 0 && o.Steps[^1].What == OutcomeEvent.Accepted).Index().Where(o => o.Index % 5 == 4)
                        .Select(o => new Deployment(
                            OutcomeWords.GitHub, $"{o.Item.Repo}/deployments/{o.Index}", o.Item.Repo!, o.Item.Commits[0], "production", true, o.Index % 35 != 4, o.Item.Steps[^1].AtMs + (DayMs / 12))),
                ],
            },
            cancellation);
    }

    /// <summary>Follows what is metered: a conversation that has gone quiet has usually led to something.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(s_lookEvery, clock);
            while (await timer.WaitForNextTickAsync(stop))
            {
                await LookAsync(stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The demo ends.
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var recent = await store.Usage.RequestsAsync(new RequestQuery { Limit = RequestQuery.LimitMax }, stop);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var batch = new List<OutcomeReport>();
        var anchors = new List<Anchor>();
        foreach (var session in recent.Where(r => r.Session.Length > 0 && r.PersonId.Length > 0 && r.UseCase == "coding").GroupBy(r => r.Session, StringComparer.Ordinal))
        {
            var calls = session.ToList();

            // Five more calls than when it last led to something; a draw tells whether the work came to anything.
            if (calls.Count < _seen.GetValueOrDefault(session.Key) + 5)
            {
                continue;
            }

            _seen[session.Key] = calls.Count;
            var last = calls[0];
            var change = Change(last, now);
            batch.Add(change);
            if (_random.Next(4) > 0)
            {
                anchors.Add(new Anchor(session.Key, change.Repo!, change.Commits[0], last.StartedAtMs + 1, last.PersonId, "otel", change.LinesAdded));
            }
        }

        if (batch.Count > 0)
        {
            await store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = batch, Anchors = anchors }, stop);
        }
    }

    private OutcomeReport Change(UsageEvent last, long now)
    {
        var draft = New(last.PersonId, last.TeamId, DemoExperiments.Repositories[0], last.StartedAtMs, last.WorkRef);
        return _random.Next(6) == 0
            ? draft with { Steps = [new(OutcomeEvent.Proposed, last.StartedAtMs), new(OutcomeEvent.Abandoned, now)] }
            : draft with { Steps = [new(OutcomeEvent.Proposed, last.StartedAtMs), new(OutcomeEvent.Accepted, now)] };
    }

    private OutcomeReport Change(Person person, string repo, long openedMs, long endedMs, long now, int abandonedOneIn)
    {
        var draft = New(person.Id, person.TeamId, repo, openedMs, $"LIN-{_random.Next(1000, 4000)}");
        return endedMs > now ? draft with { Steps = [new(OutcomeEvent.Proposed, openedMs)] }
            : _random.Next(abandonedOneIn) == 0 ? draft with { Steps = [new(OutcomeEvent.Proposed, openedMs), new(OutcomeEvent.Abandoned, endedMs)] }
            : draft with { Steps = [new(OutcomeEvent.Proposed, openedMs), new(OutcomeEvent.Approved, endedMs - 1), new(OutcomeEvent.Accepted, endedMs)] };
    }

    private OutcomeReport New(string person, string team, string repo, long openedMs, string work)
    {
        var number = ++_number;
        var title = $"{s_verbs[_random.Next(s_verbs.Length)]} {s_things[_random.Next(s_things.Length)]}";
        return new OutcomeReport
        {
            Kind = OutcomeKind.Change,
            Source = OutcomeWords.GitHub,
            Ref = $"{repo}#{number}",
            FactsMs = openedMs,
            Title = work.Length > 0 ? $"{work}: {title}" : title,
            Url = $"https://github.example/{repo}/pull/{number}",
            Repo = repo,
            Branch = string.Create(CultureInfo.InvariantCulture, $"{(work.Length > 0 ? work : "change")}-{number}"),
            BaseBranch = "main",
            PersonId = person,
            TeamId = team,
            UseCase = "coding",
            LinesAdded = _random.Next(3, 400),
            LinesRemoved = _random.Next(0, 120),
            WorkRefs = work.Length > 0 ? [work] : [],
            Commits = [DemoText.Hex(_random, 40)],
        };
    }

    private OutcomeReport Revert(OutcomeReport undone, long atMs) => New(undone.PersonId!, undone.TeamId!, undone.Repo!, atMs - 1000, "") with
    {
        Title = $"Revert \"{undone.Title}\"",
        Steps = [new(OutcomeEvent.Proposed, atMs - 1000), new(OutcomeEvent.Accepted, atMs)],
        Reverts = [new(RevertRule.HostReference, undone.Ref)],
    };

    private OutcomeReport Ticket(Person person, string name, long openedMs, long closedMs) => new()
    {
        Kind = OutcomeKind.Ticket,
        Source = OutcomeWords.Jira,
        Ref = name,
        FactsMs = closedMs,
        Title = "Where is my parcel?",
        PersonId = person.Id,
        TeamId = person.TeamId,
        UseCase = "support-drafts",
        WorkRefs = [name],
        Steps = _random.Next(10) == 0
            ? [new(OutcomeEvent.Proposed, openedMs), new(OutcomeEvent.Accepted, closedMs), new(OutcomeEvent.Reopened, closedMs + (DayMs / 2))]
            : [new(OutcomeEvent.Proposed, openedMs), new(OutcomeEvent.Accepted, closedMs)],
    };
}
