using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Server.Tests.Directory;
using Assay.Testing;
using static Assay.Server.Directory.DirectoryChange;

namespace Assay.Server.Tests.Store;

/// <summary>What requests for more, and the allocation that they change, promise on either database.</summary>
public abstract class BudgetRequestStoreTests
{
    private const long Dollar = 1_000_000_000;

    private static readonly Budget s_whole = SampleOrg.Budget("b_whole", "use:whole", 100);
    private static readonly Budget s_part = SampleOrg.Budget("b_part", "use:part", 60) with { ParentId = "b_whole" };

    private readonly ManualTime _clock = new();

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private StoreOptions Options => new() { Clock = _clock };

    private long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task A_request_is_found_as_it_was_made()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        var request = Request("rq_1") with { Reason = "Zeile eins\nline two ☃", UntilMs = NowMs + 5 };

        (await store.BudgetRequests.AddAsync(request, Ct)).ShouldBeNull();

        (await store.BudgetRequests.FindAsync("rq_1", Ct)).ShouldBe(request);
        (await store.BudgetRequests.FindAsync("rq_2", Ct)).ShouldBeNull();
        var audit = (await store.Directory.AuditAsync(null, 10, Ct)).Single();
        (audit.Actor, audit.Action, audit.Subject, audit.Before).ShouldBe(("p_ada", "AskForBudget", "request:rq_1", null));
        audit.After.ShouldNotBeNull().ShouldContain("\"state\":\"open\"");
    }

    [Fact]
    public async Task Closing_a_request_and_what_it_changes_are_one()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        var version = await store.Directory.ChangeAsync([new PutBudget(s_whole), new PutBudget(s_part)], "setup", Ct);
        await store.BudgetRequests.AddAsync(Request("rq_1"), Ct);
        var closed = Granted(Request("rq_1"), 40);

        await Should.ThrowAsync<DirectoryConflictException>(async () => await store.BudgetRequests.CloseAsync(
            closed, [Grant(41)], version, "p_boss", Ct));
        (await store.BudgetRequests.FindAsync("rq_1", Ct))!.State.ShouldBe(BudgetRequestState.Open);
        (await store.BudgetRequests.CloseAsync(closed, [Grant(40)], version - 1, "p_boss", Ct)).Status
            .ShouldBe(RequestClosingStatus.Stale);
        (await store.BudgetRequests.CloseAsync(closed, [Grant(40)], version, "p_boss", Ct)).Status
            .ShouldBe(RequestClosingStatus.Done);

        (await store.BudgetRequests.FindAsync("rq_1", Ct)).ShouldBe(closed);
        var data = await store.Directory.LoadAsync(Ct);
        data.Grants.ShouldBe([Grant(40).Grant]);
        data.Version.ShouldBe(version + 1);
        (await store.Directory.AuditAsync(null, 2, Ct)).Select(e => (e.Actor, e.Action, e.Subject, e.Version)).ShouldBe(
        [
            ("p_boss", "DecideBudgetRequest", "request:rq_1", version + 1),
            ("p_boss", "PutGrant", "grant:gr_1", version + 1),
        ]);
    }

    [Fact]
    public async Task Of_many_who_close_a_request_at_once_on_two_nodes_one_does_and_the_others_are_told()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        await using var other = await database.OpenAsync(Options);
        var version = await store.Directory.ChangeAsync([new PutBudget(s_whole), new PutBudget(s_part)], "setup", Ct);
        await store.BudgetRequests.AddAsync(Request("rq_1"), Ct);

        var closings = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            async () => await (i % 2 == 0 ? store : other).BudgetRequests.CloseAsync(
                Granted(Request("rq_1"), i + 1) with { DecidedBy = $"p_{i}" },
                [new PutGrant(Grant(i + 1).Grant with { Id = $"gr_{i}" })],
                version,
                $"p_{i}",
                Ct),
            Ct)));

        var done = closings.Single(c => c.Status == RequestClosingStatus.Done).Request!;
        closings.Where(c => c.Status != RequestClosingStatus.Done)
            .ShouldAllBe(c => c.Status == RequestClosingStatus.Closed && c.Request == done);
        (await store.Directory.LoadAsync(Ct)).Grants.Single().Amount.ShouldBe(done.GrantedAmount!.Value);
    }

    [Fact]
    public async Task One_has_one_open_request_for_a_budget_until_it_is_closed_or_its_time_has_passed()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        var requests = store.BudgetRequests;
        var first = Request("rq_1") with { UntilMs = NowMs + 1000 };
        await requests.AddAsync(first, Ct);

        (await requests.AddAsync(Request("rq_2"), Ct)).ShouldBe(first);
        (await requests.AddAsync(Request("rq_3") with { AskedBy = "p_bob" }, Ct)).ShouldBeNull();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await requests.AddAsync(Request("rq_4"), Ct)).ShouldBeNull();
        (await requests.FindAsync("rq_1", Ct))!.State.ShouldBe(BudgetRequestState.Expired);
        (await requests.CloseAsync(Request("rq_4") with { State = BudgetRequestState.Withdrawn }, [], 0, "p_ada", Ct)).Status
            .ShouldBe(RequestClosingStatus.Done);
        (await requests.AddAsync(Request("rq_5"), Ct)).ShouldBeNull();
        (await requests.AddAsync(Request("rq_6"), Ct)).ShouldNotBeNull().Id.ShouldBe("rq_5");
    }

    [Fact]
    public async Task A_request_whose_time_has_passed_is_expired_before_anybody_says_so()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        await store.BudgetRequests.AddAsync(Request("rq_1") with { UntilMs = NowMs + 1000 }, Ct);
        (await States(store, BudgetRequestState.Open)).ShouldBe(["rq_1"]);

        _clock.Advance(TimeSpan.FromSeconds(1));

        (await States(store, BudgetRequestState.Open)).ShouldBeEmpty();
        (await States(store, BudgetRequestState.Expired)).ShouldBe(["rq_1"]);
        (await store.BudgetRequests.CloseAsync(Granted(Request("rq_1"), 1), [], 0, "p_boss", Ct)).Status
            .ShouldBe(RequestClosingStatus.Closed);
    }

    [Fact]
    public async Task Removing_a_budget_expires_what_was_asked_of_it()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        await store.Directory.ChangeAsync([new PutBudget(s_whole), new PutBudget(s_part)], "setup", Ct);
        await store.BudgetRequests.AddAsync(Request("rq_1"), Ct);

        await store.Directory.ChangeAsync([new RemoveBudget("b_part")], "test", Ct);

        (await States(store, BudgetRequestState.Expired)).ShouldBe(["rq_1"]);
    }

    [Fact]
    public async Task Requests_are_listed_newest_first_page_by_page_and_filtered()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        for (var i = 0; i < 6; i++)
        {
            await store.BudgetRequests.AddAsync(
                Request($"rq_{i}") with { BudgetId = $"b_{i}", AskedBy = i % 2 == 0 ? "p_ada" : "p_bob" }, Ct);
        }

        (await List(null, null, 4)).ShouldBe(["rq_5", "rq_4", "rq_3", "rq_2"]);
        (await List("rq_2", null, 4)).ShouldBe(["rq_1", "rq_0"]);
        (await List(null, "p_ada", 2)).ShouldBe(["rq_4", "rq_2"]);

        async Task<List<string>> List(string? before, string? asker, int limit) =>
            [.. (await store.BudgetRequests.ListAsync(new(NowMs, null, asker, before, limit), Ct)).Select(r => r.Id)];
    }

    [Fact]
    public async Task Two_nodes_cannot_together_give_away_more_than_there_is()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        await using var other = await database.OpenAsync(Options);
        await store.Directory.ChangeAsync([new PutBudget(s_whole)], "setup", Ct);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(
            async () =>
            {
                try
                {
                    await (i % 2 == 0 ? store : other).Directory.ChangeAsync(
                        [new PutBudget(SampleOrg.Budget($"b_{i}", $"use:u{i}", 30) with { ParentId = "b_whole" })], "test", Ct);
                    return true;
                }
                catch (DirectoryConflictException)
                {
                    return false;
                }
            },
            Ct)));

        outcomes.Count(o => o).ShouldBe(3);
        (await store.Directory.LoadAsync(Ct)).Budgets.Count.ShouldBe(4);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_in_words_and_changes_nothing()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        var version = await store.Directory.ChangeAsync([new PutBudget(s_whole), new PutBudget(s_part)], "setup", Ct);

        await Refused("$10.00 more than it has", new PutBudget(s_part with { Limit = 110 * Dollar }));
        await Refused("$30.00 more than it has", new PutBudget(s_whole with { Limit = 30 * Dollar }));
        await Refused("is allocated from budget b_whole", new RemoveBudget("b_whole"));
        await Refused(
            "$1.00 more than it has", new PutBudget(SampleOrg.Budget("b_2", "use:two", 41) with { ParentId = "b_whole" }));

        (await store.Directory.VersionAsync(Ct)).ShouldBe(version);
        await store.Directory.ChangeAsync([new RemoveBudget("b_whole"), new RemoveBudget("b_part")], "test", Ct);
        (await store.Directory.LoadAsync(Ct)).Budgets.ShouldBeEmpty();

        async Task Refused(string why, DirectoryChange change) =>
            (await Should.ThrowAsync<DirectoryConflictException>(
                async () => await store.Directory.ChangeAsync([change], "test", Ct))).Message.ShouldContain(why);
    }

    [Fact]
    public async Task A_change_of_a_thousand_budgets_at_once_is_judged_as_a_whole()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(Options);
        List<DirectoryChange> changes = [new PutBudget(s_whole with { Limit = 1000 * Dollar })];
        changes.AddRange(Enumerable.Range(0, 1000).Select(
            i => new PutBudget(SampleOrg.Budget($"b_{i}", $"use:u{i}", 1) with { ParentId = "b_whole" })));

        await store.Directory.ChangeAsync(changes, "test", Ct);
        changes[^1] = new PutBudget(SampleOrg.Budget("b_999", "use:u999", 2) with { ParentId = "b_whole" });
        (await Should.ThrowAsync<DirectoryConflictException>(
            async () => await store.Directory.ChangeAsync(changes, "test", Ct))).Message.ShouldContain("$1.00 more");
    }

    private BudgetRequest Request(string id) =>
        new(id, "b_part", "p_ada", NowMs, 40 * Dollar, BudgetUnit.Usd, "The migration", null);

    private BudgetRequest Granted(BudgetRequest request, long dollars) => request with
    {
        State = BudgetRequestState.Granted,
        DecidedBy = "p_boss",
        DecidedAtMs = NowMs,
        DecisionReason = "Go on",
        GrantedAmount = dollars * Dollar,
        GrantId = "gr_1",
        Judgment = "jl-1",
    };

    private static PutGrant Grant(long dollars) =>
        new(new BudgetGrant("gr_1", "b_part", null, dollars * Dollar, 0, null, "rq_1"));

    private async Task<List<string>> States(IStore store, BudgetRequestState state) =>
        [.. (await store.BudgetRequests.ListAsync(new(NowMs, state, null, null, 10), Ct)).Select(r => r.Id)];
}

public sealed class SqliteBudgetRequestStoreTests : BudgetRequestStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresBudgetRequestStoreTests(PostgresDatabase postgres) : BudgetRequestStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
