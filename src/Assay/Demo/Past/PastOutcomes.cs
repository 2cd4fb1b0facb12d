using Assay.Outcomes.Experiments;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;
using Assay.Sim.Load;
using Assay.Sim.Workforce;

namespace Assay.Demo.Past;

/// <summary>Something that came of the past's work, and since when it is known.</summary>
internal sealed record PastReport(long KnownMs, OutcomeReport Report, Anchor? Anchor);

/// <summary>
/// What the simulated work led to, as GitHub and Jira would tell of it: who writes code has changes, tied by their branch and most by
/// a commit of the session; others close tickets. Of changes some are given up or taken back, fewer of those that the demo's
/// experiment treated.
/// </summary>
internal sealed class PastOutcomes(DemoPast past, DemoDrafts drafts)
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    private const int CallsOfChange = 8;

    /// <summary>One in so many, of changes that were treated and of the others.</summary>
    private static readonly (int Treated, int Other) s_abandoned = (20, 5);
    private static readonly (int Treated, int Other) s_reverted = (40, 8);

    private readonly Random _random = drafts.Random;
    private readonly Experiment _tried = new(past);
    private readonly HashSet<string> _closed = new(StringComparer.Ordinal);
    private readonly List<PastReport> _told = [];

    /// <summary>All of it, in the order in which it became known.</summary>
    public IReadOnlyList<PastReport> All()
    {
        var sessions = past.Calls.Where(call => call.Call.Work != 0).ToLookup(call => (call.Call.Person, call.Call.Work));
        foreach (var came in past.Outcomes)
        {
            var seat = past.Cast.Of(came.Person)!;
            if (!PastNames.WritesCode(seat))
            {
                Ticket(seat, came);
            }
            else
            {
                // The calls of a ticket are in the order of their ends.
                var before = sessions[(came.Person, came.Work)].TakeWhile(call => call.EndMs < came.AtMs);
                Change(seat, came, before.LastOrDefault());
            }
        }

        Undeclared();
        return [.. _told.OrderBy(told => told.KnownMs)];
    }

    /// <summary>Every fifth change that was accepted went out; now and then that failed.</summary>
    public static IReadOnlyList<Deployment> Deployments(IReadOnlyList<PastReport> told) =>
    [
        .. told.Select(each => each.Report).Where(report => report.Commits.Count > 0 && report.Steps[^1].What == OutcomeEvent.Accepted).Index()
            .Where(each => each.Index % 5 == 4)
            .Select(each => new Deployment(
                OutcomeWords.GitHub, $"{each.Item.Repo}/deployments/{each.Index}", each.Item.Repo!, each.Item.Commits[0], "production", true,
                each.Index % 35 != 4, each.Item.Steps[^1].AtMs + (2 * HourMs))),
    ];

    /// <summary>Who declares no ticket writes code all the same: conversations of some length lead to a change now and then.</summary>
    private void Undeclared()
    {
        var work = past.Calls.Where(call => call.Call is { Work: 0, IsGaming: false, Incident: 0 } && PastNames.WritesCode(past.Cast.Of(call.Call.Person)!));
        foreach (var session in work.GroupBy(call => call.Call.Session))
        {
            var last = session.Last();
            var acceptedMs = last.EndMs + _random.NextInt64(HourMs / 2, 20 * HourMs);
            if (session.Count() >= CallsOfChange && _random.Next(5) < 2 && acceptedMs < past.UntilMs)
            {
                Change(past.Cast.Of(last.Call.Person)!, new WorkOutcome(acceptedMs, last.Call.Person, 0), last);
            }
        }
    }

    private void Change(PastSeat seat, WorkOutcome came, PastCall last)
    {
        var repo = came.Work > 0 ? PastNames.Repo(came.Work) : DemoExperiments.Repositories[_random.Next(DemoExperiments.Repositories.Count)];
        var opened = came.AtMs - _random.NextInt64(HourMs / 4, DayMs);
        var isTreated = _tried.IsTreated(repo, came.AtMs);
        var who = past.Names.Identity(seat, isAgent: false);
        var draft = drafts.Change(who.PersonId, who.TeamId, repo, seat.Key.UseCase, opened, came.Work == 0 ? "" : PastNames.Work(seat, came.Work));
        var isAbandoned = _random.Next(isTreated ? s_abandoned.Treated : s_abandoned.Other) == 0;
        var isReverted = !isAbandoned && _random.Next(isTreated ? s_reverted.Treated : s_reverted.Other) == 0;
        var change = draft with
        {
            Branch = came.Work > 0 ? PastNames.Work(seat, came.Work) : draft.Branch,
            Steps = isAbandoned
                ? [new(OutcomeEvent.Proposed, opened), new(OutcomeEvent.Abandoned, came.AtMs)]
                : [new(OutcomeEvent.Proposed, opened), new(OutcomeEvent.Approved, came.AtMs - 1), new(OutcomeEvent.Accepted, came.AtMs)],
        };
        var isTraced = last.Call.Session != 0 && _random.Next(5) > 0;
        _told.Add(new PastReport(came.AtMs, change, isTraced ? Made(change, last, who.PersonId) : null));
        var revertedMs = came.AtMs + _random.NextInt64(DayMs / 4, 3 * DayMs);
        if (isReverted && revertedMs < past.UntilMs)
        {
            _told.Add(new PastReport(revertedMs, drafts.Revert(change, revertedMs), null));
        }
    }

    private static Anchor Made(OutcomeReport change, PastCall last, string personId) => new(
        EntryWords.Session(last.Call.Session), change.Repo!, change.Commits[0], last.EndMs + 1, personId, "otel", change.LinesAdded);

    private void Ticket(PastSeat seat, WorkOutcome came)
    {
        var name = PastNames.Work(seat, came.Work);
        if (!_closed.Add(name))
        {
            return;
        }

        var who = past.Names.Identity(seat, isAgent: false);
        var ticket = drafts.Ticket(who.PersonId, who.TeamId, seat.Key.UseCase, name, came.AtMs - _random.NextInt64(HourMs, DayMs / 2), came.AtMs);
        var reopenedMs = came.AtMs + (DayMs / 2);
        var isReopened = _random.Next(10) == 0 && reopenedMs < past.UntilMs;
        _told.Add(new PastReport(
            isReopened ? reopenedMs : came.AtMs,
            isReopened ? ticket with { Steps = [.. ticket.Steps, new(OutcomeEvent.Reopened, reopenedMs)] } : ticket,
            null));
    }

    /// <summary>The demo's experiment that is over.</summary>
    private sealed class Experiment(DemoPast past)
    {
        private readonly ExperimentCalendar _calendar = DemoExperiments.Ended("", past.UntilMs).Calendar();

        public bool IsTreated(string repo, long atMs) => _calendar.PeriodAt(atMs) is { } period && _calendar.IsTreated(repo, period) == true;
    }
}
