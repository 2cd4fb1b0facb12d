using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.Demo;

/// <summary>What the demo's conversations lead to while it runs: changes that are tied to them by their commits.</summary>
internal sealed class DemoOutcomes(IStore store, TimeProvider clock, DemoDrafts drafts)
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly long _fromMs = clock.GetUtcNow().ToUnixTimeMilliseconds();

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
        var coding = recent.Where(r => r.StartedAtMs >= _fromMs && r.Session.Length > 0 && r.PersonId.Length > 0 && r.UseCase == "coding");
        foreach (var session in coding.GroupBy(r => r.Session, StringComparer.Ordinal))
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
            if (drafts.Random.Next(4) > 0)
            {
                anchors.Add(new Anchor(session.Key, change.Repo!, change.Commits[0], last.StartedAtMs + 1, last.PersonId, "otel", change.LinesAdded));
            }
        }

        if (batch.Count > 0)
        {
            await store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = batch, Anchors = anchors }, stop);
        }
    }

    private OutcomeReport Change(UsageEvent last, long now) =>
        drafts.Change(last.PersonId, last.TeamId, DemoExperiments.Repositories[0], last.UseCase, last.StartedAtMs, last.WorkRef) with
        {
            Steps = [new(OutcomeEvent.Proposed, last.StartedAtMs), new(drafts.Random.Next(6) == 0 ? OutcomeEvent.Abandoned : OutcomeEvent.Accepted, now)],
        };
}
