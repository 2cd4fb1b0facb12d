using Assay.Server.Signals;
using Assay.Server.Store;

namespace Assay.Server.Tests.Store;

/// <summary>What keeping signals promises, on either database.</summary>
public abstract class SignalStoreTests
{
    private const long Now = 1_790_000_000_000;

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signal_is_kept_as_it_was_and_told_once()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var signal = Signal("sg_1") with
        {
            Evidence = new SignalEvidence
            {
                Seen = ["Zwei Zeilen, 日本"],
                SpentUsd = 1.5,
                Parts = [new("person", "Ada", 0.75, 3)],
                Days = [new("2026-08-21", 3, 4, 0.75, 2.5, 1000)],
            },
        };

        (await store.Signals.AddAsync(signal, Ct)).ShouldBeTrue();
        (await store.Signals.AddAsync(signal with { Id = "sg_2" }, Ct)).ShouldBeFalse();

        var kept = (await store.Signals.FindAsync("sg_1", Ct))!;
        kept.Evidence.ToJson().ShouldBe(signal.Evidence.ToJson());
        (kept with { Evidence = signal.Evidence }).ShouldBe(signal);
        (await store.Signals.FindAsync("sg_2", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Owners_see_only_what_they_were_told_and_only_of_their_teams()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Signals.AddAsync(Signal("sg_1"), Ct);
        await store.Signals.AddAsync(Signal("sg_2") with { OwnersMs = Now }, Ct);
        await store.Signals.AddAsync(Signal("sg_3") with { OwnersMs = Now, TeamId = "other" }, Ct);
        await store.Signals.AddAsync(Signal("sg_4") with { PersonId = "p_bob" }, Ct);

        (await Ids(store, new SignalQuery("p_ada", [], null, null, 10))).ShouldBe(["sg_3", "sg_2", "sg_1"]);
        (await Ids(store, new SignalQuery("p_boss", ["platform"], null, null, 10))).ShouldBe(["sg_2"]);
        (await Ids(store, new SignalQuery(null, null, true, null, 10))).ShouldBe(["sg_3", "sg_2"]);
        (await Ids(store, new SignalQuery(null, null, null, "sg_3", 1))).ShouldBe(["sg_2"]);
        (await Ids(store, new SignalQuery(null, [], null, null, 10))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_signal_is_answered_once_and_the_audit_knows()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Signals.AddAsync(Signal("sg_1"), Ct);

        var answered = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            await store.Signals.AnswerAsync("sg_1", SignalAnswer.Planned, $"JIRA-{i}", "p_ada", false, Ct)));

        answered.Count(a => a!.Value.IsDone).ShouldBe(1);
        answered.Select(a => a!.Value.Signal.AnswerText).Distinct().Count().ShouldBe(1);
        (await database.ScalarAsync<long>("select count(*) from audit where action = 'AnswerSignal' and subject = 'signal:sg_1'")).ShouldBe(1);
        (await Ids(store, new SignalQuery("p_ada", [], true, null, 10))).ShouldBeEmpty();
        (await store.Signals.AnswerAsync("sg_9", SignalAnswer.Planned, "", "p_ada", false, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task What_stays_unanswered_is_told_to_the_owners_once()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Signals.AddAsync(Signal("sg_1"), Ct);
        await store.Signals.AddAsync(Signal("sg_2"), Ct);
        await store.Signals.AnswerAsync("sg_2", SignalAnswer.Expected, "", "p_ada", false, Ct);

        (await store.Signals.EscalateAsync(Now, Ct)).ShouldBeEmpty();
        (await store.Signals.EscalateAsync(Now + 1, Ct)).ShouldHaveSingleItem().Id.ShouldBe("sg_1");
        (await store.Signals.EscalateAsync(Now + 1, Ct)).ShouldBeEmpty();
        (await store.Signals.FindAsync("sg_1", Ct))!.OwnersMs.ShouldNotBeNull();
    }

    private static Signal Signal(string id) => new()
    {
        Id = id,
        Kind = Server.Signals.Signal.Spike,
        PersonId = "p_ada",
        TeamId = "platform",
        Cause = "person:p_ada",
        AtMs = Now,
        Cost = 42_000_000_000,
        Subject = "Ada: $42.00 within a minute",
        DedupeKey = id,
    };

    private static async Task<string[]> Ids(IStore store, SignalQuery query) =>
        [.. (await store.Signals.ListAsync(query, Ct)).Select(signal => signal.Id)];
}

public sealed class SqliteSignalStoreTests : SignalStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresSignalStoreTests(PostgresDatabase postgres) : SignalStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
