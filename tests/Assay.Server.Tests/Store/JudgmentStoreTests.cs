using Assay.Judgments.Entries;
using Assay.Judgments.Seals;
using Assay.Server.Judgments;
using Assay.Server.Store;
using Assay.Server.Tests.Judgments;

namespace Assay.Server.Tests.Store;

/// <summary>What keeping the Judgment Log promises, on either database.</summary>
public abstract class JudgmentStoreTests
{
    private const string Shop = "acme/shop";

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_push_replaces_the_entries_and_the_witness_only_adds()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await OpenAsync(database);

        (await store.Judgments.ApplyAsync("nobody/knows", Snapshots.Of(), "push", Ct)).ShouldBeNull();
        (await store.Judgments.ApplyAsync(Shop, Snapshots.Of(EntrySample.Entry(1), EntrySample.Entry(2)), "push", Ct))!.Count.ShouldBe(2);
        (await store.Judgments.ApplyAsync(Shop, Snapshots.Of(EntrySample.Entry(1), EntrySample.Entry(2)), "push", Ct)).ShouldBeEmpty();

        (await store.Judgments.EntriesAsync(Shop, Ct)).Select(e => e.Text)
            .ShouldBe([Snapshots.File(EntrySample.Entry(1)).Text, Snapshots.File(EntrySample.Entry(2)).Text]);
        var repository = (await store.Judgments.RepositoriesAsync(Ct)).ShouldHaveSingleItem();
        (repository.Name, repository.Branch, repository.Head, repository.Version).ShouldBe((Shop, "main", Snapshots.Hash(3), 3));

        // Another history: one entry is gone, the other has another text.
        var rewritten = EntrySample.Entry(1) with { Confidence = 95 };
        var added = (await store.Judgments.ApplyAsync(Shop, Snapshots.Of(rewritten), "push", Ct)).ShouldNotBeNull();
        added.Select(l => (l.Kind, l.Id)).ShouldBe([(WitnessKind.Rewritten, EntrySample.Id(1)), (WitnessKind.Missing, EntrySample.Id(2))]);
        (await store.Judgments.EntriesAsync(Shop, Ct)).ShouldHaveSingleItem().Text.ShouldContain("confidence: 95");

        added = (await store.Judgments.ApplyAsync(Shop, Snapshots.Of(EntrySample.Entry(1), EntrySample.Entry(2)), "fetch", Ct)).ShouldNotBeNull();
        added.Select(l => l.Kind).ShouldBe([WitnessKind.Returned, WitnessKind.Returned]);
        var chain = await store.Judgments.ChainAsync(Shop, Ct);
        chain.Select(l => l.Number).ShouldBe([1, 2, 3, 4, 5, 6]);
        WitnessChain.FirstBroken(Shop, chain).ShouldBeNull();

        await database.ExecuteAsync("update judgment_seal set blob = '' where number = 3");
        WitnessChain.FirstBroken(Shop, await store.Judgments.ChainAsync(Shop, Ct)).ShouldBe(3);
    }

    [Fact]
    public async Task A_history_that_says_itself_that_it_broke_a_seal_is_told_once()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await OpenAsync(database);
        var broken = Snapshots.Of(EntrySample.Entry(1)) with { Breaches = [new SnapshotBreach(EntrySample.Id(1), "edited", Snapshots.Hash(9), "a")] };

        (await store.Judgments.ApplyAsync(Shop, broken, "push", Ct))!.Select(l => l.Kind).ShouldBe([WitnessKind.Sealed, WitnessKind.Edited]);
        (await store.Judgments.ApplyAsync(Shop, broken, "push", Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_draft_waits_until_it_is_in_git_and_is_decided_once()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await OpenAsync(database);
        var draft = Snapshots.Draft(1);
        (await store.Judgments.AddDraftAsync(Draft(draft), 1, Ct)).ShouldBeTrue();
        (await store.Judgments.AddDraftAsync(Draft(Snapshots.Draft(2)), 1, Ct)).ShouldBeFalse();
        (await store.Judgments.DraftsAsync(Shop, Ct)).ShouldBe([Draft(draft)]);

        var decision = new JudgmentDecision(
            draft.Id, Shop, Snapshots.File(draft).Blob, "decided", "p_ada", "ada@example.com", "accepted", 80, 7);
        (await store.Judgments.DecideAsync(decision, Ct)).ShouldBeTrue();
        (await store.Judgments.DecideAsync(decision with { PersonId = "p_eve", Confidence = 99 }, Ct)).ShouldBeFalse();
        (await store.Judgments.DecisionsAsync(Shop, Ct)).ShouldBe([decision]);

        // Pushed as a draft it is out of the box, and still waits for its acceptance.
        await store.Judgments.ApplyAsync(Shop, Snapshots.Of(draft), "push", Ct);
        (await store.Judgments.DraftsAsync(Shop, Ct)).ShouldBeEmpty();
        (await store.Judgments.DecisionsAsync(Shop, Ct)).ShouldBe([decision]);

        await store.Judgments.ApplyAsync(Shop, Snapshots.Of(EntrySample.Entry(1)), "push", Ct);
        (await store.Judgments.DecisionsAsync(Shop, Ct)).ShouldHaveSingleItem().CommitId.ShouldBe(Snapshots.Hash(1));
        (await store.Directory.AuditAsync(null, 10, Ct)).Select(a => a.Action).ShouldBe(["DecideJudgment", "PutRepository"]);
    }

    [Fact]
    public async Task Spend_is_joined_by_session_and_by_work_and_counted_once()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await OpenAsync(database);
        await store.Usage.ApplyAsync(
            "n1",
            0,
            1,
            [
                RandomEvents.One(1000, costNanos: 1) with { Session = "s1", WorkRef = "JRA-1" },
                RandomEvents.One(1001, costNanos: 10) with { Session = "s1" },
                RandomEvents.One(1002, costNanos: 100) with { WorkRef = "JRA-1" },
                RandomEvents.One(1003, "p_bob", costNanos: 1000) with { Session = "s1" },
                RandomEvents.One(1004, costNanos: 10_000) with { Session = "s2", WorkRef = "JRA-2" },
                RandomEvents.One(1005, costNanos: 100_000),
            ],
            Ct);

        (await store.Judgments.SpendAsync(["s1", ""], ["JRA-1", "JRA-1"], null, Ct)).Sum(r => r.CostNanos).ShouldBe(1111);
        (await store.Judgments.SpendAsync(["s1"], ["JRA-1"], "p_ada", Ct)).Sum(r => r.CostNanos).ShouldBe(111);
        (await store.Judgments.SpendAsync([], [], null, Ct)).ShouldBeEmpty();
        (await store.Judgments.CostliestWorkAsync(0, null, 10, Ct)).Select(r => (r.WorkRef, r.CostNanos, r.Requests))
            .ShouldBe([("JRA-2", 10_000, 1), ("JRA-1", 101, 2)]);
    }

    private static async Task<IStore> OpenAsync(StoreHarness database)
    {
        var store = await database.OpenAsync();
        await store.Judgments.PutRepositoryAsync(JudgmentRepository.New(Shop, "main", "org", ["agent:ci"]), "p_root", Ct);
        return store;
    }

    private static JudgmentDraft Draft(Judgment draft) =>
        new(draft.Id, Shop, JudgmentWriter.Write(draft), "p_ada", "agent:ci", 5);
}

public sealed class SqliteJudgmentStoreTests : JudgmentStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresJudgmentStoreTests(PostgresDatabase postgres) : JudgmentStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
