using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Worth;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Store;
using Assay.Server.Tests.Store;

namespace Assay.Server.Tests.Outcomes;

/// <summary>Spend joined to what came of it.</summary>
public sealed class WorthReaderTests
{
    private const long Day = 24L * 60 * 60 * 1000;
    private const long Now = 1_790_000_000_000;
    private static readonly (long From, long To) s_period = (Now - (60 * Day), Now - (20 * Day));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_is_in_the_book_once_with_what_came_of_it()
    {
        await using var database = new SqliteHarness();
        await using var store = await database.OpenAsync();
        var at = Now - (40 * Day);
        await store.Usage.ApplyAsync(
            "node",
            0,
            1,
            [
                Call(at, "s1", "", 100), Call(at + 1, "s1", "", 50), Call(at, "", "WEB-2", 30), Call(at, "s3", "", 7),
                Call(Now - (61 * Day), "s1", "", 1_000),
            ],
            Ct);
        await store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes =
                [
                    Change(1, at + Day, OutcomeEvent.Accepted) with { Commits = [Sha(1)] },
                    Change(2, at + Day, OutcomeEvent.Abandoned) with { WorkRefs = ["WEB-2"] },
                    Change(3, Now - (5 * Day), OutcomeEvent.Accepted),
                ],
                Anchors = [new Anchor("s1", "acme/web", Sha(1), at + 2, "p_ada", "otel", null)],
            },
            Ct);

        var book = await new WorthReader(store.Outcomes, new FakeClock(Now)).ReadAsync(s_period.From, s_period.To, Ct);

        book.Attribution.TotalNanos.ShouldBe(187);
        var (tiers, reasons) = book.Evidence(_ => true);
        tiers.ShouldBe([150, 30, 0, 0, 7]);
        reasons.Values.Sum().ShouldBe(7);
        var whole = book.Table(_ => "", _ => true, _ => "", new WorthSettings { PeopleMin = 1 }).Whole;
        whole.Money.ShouldBe(new WorthMoney(Settled: 150, TakenBack: 0, Abandoned: 30, Unattributed: 7, Provisional: 0));
        // The third outcome lies outside the period.
        (whole.Settled, whole.Lost, whole.Provisional).ShouldBe((1, 1, 0));
        whole.Verdict.ShouldBe(WorthVerdict.NotEnough);
        book.Of(book.Outcomes.Single(o => o.Ref == "acme/web#1").Id)!.Value.Spend.SureNanos.ShouldBe(150);
        book.Table(slice => slice.Session == "s1" ? "s1" : null, _ => true, _ => null, new WorthSettings { PeopleMin = 1 })
            .Groups.Select(g => (g.Key, g.Money.Total, g.Settled, g.Lost)).ShouldBe([("", 0L, 0, 1), ("s1", 150L, 1, 0)]);
    }

    [Fact]
    public async Task A_book_is_shared_for_a_minute()
    {
        await using var database = new SqliteHarness();
        await using var store = await database.OpenAsync();
        var clock = new FakeClock(Now);
        var reader = new WorthReader(store.Outcomes, clock);

        var first = await reader.ReadAsync(s_period.From, s_period.To, Ct);
        (await reader.ReadAsync(s_period.From, s_period.To, Ct)).ShouldBeSameAs(first);
        (await reader.ReadAsync(s_period.From, s_period.To + Day, Ct)).ShouldNotBeSameAs(first);
        clock.NowMs += 60_000;
        (await reader.ReadAsync(s_period.From, s_period.To, Ct)).ShouldNotBeSameAs(first);
        clock.NowMs -= Day;
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await reader.ReadAsync(0, Now, Ct));
    }

    [Fact]
    public async Task A_store_that_was_down_is_asked_again()
    {
        var database = new SqliteHarness();
        await using var store = await database.OpenAsync();
        var reader = new WorthReader(store.Outcomes, new FakeClock(Now));
        await database.ExecuteAsync("alter table outcome rename to gone");

        await Should.ThrowAsync<Exception>(async () => await reader.ReadAsync(s_period.From, s_period.To, Ct));
        await database.ExecuteAsync("alter table gone rename to outcome");

        (await reader.ReadAsync(s_period.From, s_period.To, Ct)).Slices.ShouldBeEmpty();
    }

    private static UsageEvent Call(long atMs, string session, string workRef, long cost) =>
        RandomEvents.One(atMs) with { Session = session, WorkRef = workRef, Cost = new NanoUsd(cost) };

    private static OutcomeReport Change(int number, long atMs, OutcomeEvent what) => new()
    {
        Kind = "change",
        Source = OutcomeWords.GitHub,
        Ref = $"acme/web#{number}",
        Repo = "acme/web",
        FactsMs = atMs,
        PersonId = "p_ada",
        TeamId = "platform",
        Steps = [new OutcomeStep(OutcomeEvent.Proposed, atMs - 1), new OutcomeStep(what, atMs)],
    };

    private static string Sha(int number) => number.ToString("x40");

    private sealed class FakeClock(long nowMs) : TimeProvider
    {
        public long NowMs { get; set; } = nowMs;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
    }
}
