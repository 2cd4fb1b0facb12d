using Assay.Outcomes.Ladder;
using Assay.Outcomes.Measures;
using Assay.Outcomes.Reverts;
using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.Server.Tests.Store;

/// <summary>What taking outcomes promises, on either database.</summary>
public abstract class OutcomeStoreTests
{
    private const long Now = 1_790_000_000_000;
    private const long Hour = 60 * 60 * 1000;
    private const string Repo = "acme/web";

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_outcome_is_kept_as_it_was_told_and_older_facts_do_not_replace_newer_ones()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var report = Change(1, OutcomeEvent.Proposed, 1) with
        {
            Title = "Zwei Zeilen, 日本",
            Url = "https://example.com/87",
            Branch = "JRA-7-cache",
            Author = "ada",
            PersonId = "p_ada",
            TeamId = "platform",
            UseCase = "coding",
            Value = 1_500_000_000,
            LinesAdded = 10,
            WorkRefs = ["JRA-7"],
        };

        var id = (await TakeAsync(store, report)).ShouldHaveSingleItem();
        (await TakeAsync(store, report with { FactsMs = Now + 9, Title = "Newer", LinesAdded = 11, WorkRefs = ["JRA-8"] })).ShouldBe([id]);
        (await TakeAsync(store, report with { FactsMs = Now + 5, Title = "Late", LinesAdded = 4, LinesRemoved = 3 })).ShouldBe([id]);

        var kept = (await store.Outcomes.FindAsync(id, Ct))!;
        kept.WorkRefs.ShouldBe(["JRA-7", "JRA-8"]);
        (kept with { WorkRefs = [] }).ShouldBe(new Outcome
        {
            Id = id,
            Kind = "change",
            Source = "github",
            Ref = "acme/web#1",
            Title = "Newer",
            Url = "https://example.com/87",
            Repo = Repo,
            Branch = "JRA-7-cache",
            BaseBranch = "main",
            Author = "ada",
            PersonId = "p_ada",
            TeamId = "platform",
            UseCase = "coding",
            Value = 1_500_000_000,
            LinesAdded = 11,
            LinesRemoved = 3,
            WorkRefs = [],
            FactsMs = Now + 9,
            State = new OutcomeState { ProposedMs = At(1) },
        });
        (await store.Outcomes.FindAsync("nothing", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task The_furthest_count_of_lines_stands_and_the_newest_of_those_that_go_as_far()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var report = Change(1, OutcomeEvent.Accepted, 1);
        foreach (var (told, kept) in new (CountedLines? Told, CountedLines Kept)[]
        {
            (new(40, 30, null), new(40, 30, null)), (new(40, null, null), new(40, 30, null)), (new(41, 31, 12), new(41, 31, 12)),
            (new(40, 30, null), new(41, 31, 12)), (new(41, 31, 11), new(41, 31, 11)), (null, new(41, 31, 11)),
        })
        {
            // A code host may have told of it since; what a scan says of lines is no older for that.
            var id = (await TakeAsync(store, report with { FactsMs = told is null ? Now + 9 : Now, CountedLines = told })).ShouldHaveSingleItem();
            (await store.Outcomes.FindAsync(id, Ct))!.CountedLines.ShouldBe(kept);
        }
    }

    [Fact]
    public async Task A_delivery_is_taken_once_also_when_it_comes_many_times_at_once()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var batch = new OutcomeBatch { Deliveries = [new("github", "d-1"), new("github", "sha256:1")], Outcomes = [Change(1, OutcomeEvent.Accepted, 1)] };

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await store.Outcomes.ApplyAsync(batch, Ct)));

        taken.Count(ids => ids is not null).ShouldBe(1);
        (await store.Outcomes.ListAsync(new OutcomeQuery(), Ct)).ShouldHaveSingleItem();
        (await store.Outcomes.ApplyAsync(batch with { Deliveries = [new("gitlab", "d-1")] }, Ct)).ShouldNotBeNull();
        (await store.Outcomes.ApplyAsync(batch with { Deliveries = [new("github", "d-2"), new("github", "sha256:1")] }, Ct)).ShouldBeNull();
        (await store.Outcomes.ForgetDeliveriesAsync(long.MaxValue, Ct)).ShouldBe(4);
        (await store.Outcomes.ApplyAsync(batch, Ct)).ShouldNotBeNull();
        (await database.ScalarAsync<long>("select count(*) from outcome_step")).ShouldBe(1);
    }

    [Fact]
    public async Task A_life_ends_the_same_in_whatever_order_it_is_told()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        string? expected = null;
        var random = new Random(11);
        for (var i = 0; i < 6; i++)
        {
            var repo = $"acme/web{i}";
            var life = Life(repo);
            OutcomeBatch[] told = i == 0 ? life : [.. life, .. random.GetItems(life, 3)];
            if (i > 0)
            {
                random.Shuffle(told);
            }

            foreach (var batch in told)
            {
                await store.Outcomes.ApplyAsync(batch, Ct);
            }

            var fates = (await FatesAsync(store, repo)).Replace(repo, "acme/web", StringComparison.Ordinal);
            fates.ShouldBe(expected ??= fates);
        }

        expected.ShouldBe("""
            acme/web#1 deployed CommitTrailer accepted 2 deployed 8 reverted - restored 6
            acme/web#2 reverted HostReference accepted 4 deployed 8 reverted 6 restored -
            acme/web#3 deployed - accepted 6 deployed 8 reverted - restored -
            acme/web#4 reverted CommitTrailer accepted 5 deployed 8 reverted 7 restored -
            """);
    }

    [Fact]
    public async Task A_title_reverts_only_when_exactly_one_change_has_it()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await TakeAsync(store, Change(1, OutcomeEvent.Accepted, 1) with { Title = "Bump" });
        await TakeAsync(store, Change(2, OutcomeEvent.Accepted, 2) with { Title = "Bump" });
        await TakeAsync(store, Change(3, OutcomeEvent.Accepted, 3) with { Title = "Add a cache" });
        await TakeAsync(store, Change(4, OutcomeEvent.Accepted, 4) with { Reverts = [new(RevertRule.Title, "Bump")] });
        await TakeAsync(store, Change(5, OutcomeEvent.Accepted, 5) with { Reverts = [new(RevertRule.Title, "Add a cache")] });
        await TakeAsync(store, Change(6, OutcomeEvent.Proposed, 6) with { Reverts = [new(RevertRule.HostReference, "acme/web#2")] });

        var all = await store.Outcomes.ListAsync(new OutcomeQuery { Rung = OutcomeRung.Reverted, NowMs = Now }, Ct);

        all.ShouldHaveSingleItem().Ref.ShouldBe("acme/web#3");
        all[0].RevertRule.ShouldBe(RevertRule.Title);
        (await store.Outcomes.StepsAsync(all[0].Id, Ct)).Select(s => s.What).ShouldBe([OutcomeEvent.Accepted, OutcomeEvent.Reverted]);
    }

    [Fact]
    public async Task What_a_scan_and_a_host_tell_of_is_one_outcome_of_the_host()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var first = await TakeAsync(store, Change(1, OutcomeEvent.Accepted, 2) with { Source = "git" });
        (await TakeAsync(store, Change(1, OutcomeEvent.Proposed, 1))).ShouldBe(first);
        (await TakeAsync(store, Change(1, OutcomeEvent.Accepted, 2) with { Source = "git" })).ShouldBe(first);
        await TakeAsync(store, Change(1, OutcomeEvent.Accepted, 2) with { Source = "api" });

        (await store.Outcomes.ListAsync(new OutcomeQuery(), Ct)).Select(o => o.Source).ShouldBe(["api", "github"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commits_pushed_to_a_branch_belong_to_what_comes_from_it(bool isPushedFirst)
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var push = new OutcomeBatch
        {
            BranchCommits =
            [
                new(Repo, "cache", Sha(1), At(1)), new(Repo, "cache", Sha(2), At(3)), new(Repo, "cache", Sha(3), At(9)),
                new(Repo, "other", Sha(4), At(1)), new(Repo, "cache", Sha(5), At(-24 * 31)),
            ],
        };
        if (isPushedFirst)
        {
            await store.Outcomes.ApplyAsync(push, Ct);
        }

        var id = (await TakeAsync(store, Change(1, OutcomeEvent.Proposed, 2) with { Branch = "cache" })).Single();
        await TakeAsync(store, Change(1, OutcomeEvent.Accepted, 5) with { Branch = "cache", Commits = [Sha(6)] });
        if (!isPushedFirst)
        {
            await store.Outcomes.ApplyAsync(push, Ct);
        }

        var commits = (await store.Outcomes.CommitsAsync([id], Ct))[id].Select(c => c.Sha).ToList();
        commits.ShouldContain(Sha(1));
        commits.ShouldContain(Sha(2));
        commits.ShouldNotContain(Sha(4));
        commits.ShouldNotContain(Sha(5));
    }

    [Fact]
    public async Task Outcomes_are_listed_by_rung_team_person_and_period_page_by_page()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await TakeAsync(store, Change(1, OutcomeEvent.Proposed, 1) with { TeamId = "a", PersonId = "p_1" });
        await TakeAsync(store, Change(2, OutcomeEvent.Accepted, 2) with { TeamId = "b", PersonId = "p_2" });
        await TakeAsync(store, Change(3, OutcomeEvent.Abandoned, 3) with { TeamId = "b", PersonId = "p_3" });
        var held = Change(4, OutcomeEvent.Accepted, 4) with { TeamId = "c" };
        await TakeAsync(store, held with { Steps = [.. held.Steps, new(OutcomeEvent.Held, At(5))] });
        await TakeAsync(store, Change(5, OutcomeEvent.Accepted, 5));
        await TakeAsync(store, Change(5, OutcomeEvent.Incident, 6));
        var late = Now + (15 * 24 * Hour);

        (await Refs(new())).ShouldBe("5 4 3 2 1");
        (await Refs(new() { Limit = 2 })).ShouldBe("5 4");
        var page = await store.Outcomes.ListAsync(new OutcomeQuery { Limit = 2 }, Ct);
        (await Refs(new() { Before = (page[1].AtMs, page[1].Id) })).ShouldBe("3 2 1");
        (await Refs(new() { PersonId = "p_1", TeamIds = ["b"] })).ShouldBe("3 2 1");
        (await Refs(new() { TeamIds = [] })).ShouldBe("");
        (await Refs(new() { FromMs = At(2), ToMs = At(4) })).ShouldBe("3 2");
        foreach (var rung in Enum.GetValues<OutcomeRung>())
        {
            foreach (var now in new[] { At(6), late })
            {
                var all = await store.Outcomes.ListAsync(new OutcomeQuery(), Ct);
                (await Refs(new() { Rung = rung, NowMs = now }))
                    .ShouldBe(string.Join(' ', all.Where(o => o.State.Rung(now) == rung).Select(o => o.Ref["acme/web#".Length..])));
            }
        }

        async Task<string> Refs(OutcomeQuery query) =>
            string.Join(' ', (await store.Outcomes.ListAsync(query, Ct)).Select(o => o.Ref["acme/web#".Length..]));
    }

    [Fact]
    public async Task Commits_anchors_and_deployments_are_kept_once_and_the_version_moves()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var before = await store.Outcomes.VersionAsync(Ct);
        var anchor = new Anchor("s-1", Repo, Sha(1), Now, "p_ada", "otel", 12);
        var batch = new OutcomeBatch
        {
            Outcomes = [Change(1, OutcomeEvent.Accepted, 1) with { Commits = [Sha(1), Sha(2), Sha(1)] }],
            Anchors = [anchor, anchor with { Evidence = "trailer", Lines = null }],
            Deployments = [Deployment("d1", Sha(1), 3)],
        };

        var id = (await store.Outcomes.ApplyAsync(batch, Ct))!.Single();
        await store.Outcomes.ApplyAsync(batch, Ct);

        (await store.Outcomes.CommitsAsync([id], Ct))[id].ShouldBe([(Repo, Sha(1)), (Repo, Sha(2))], ignoreOrder: true);
        (await store.Outcomes.AnchorsAsync(Now, Now + 1, Ct)).ShouldBe([anchor, anchor with { Evidence = "trailer", Lines = null }], ignoreOrder: true);
        (await store.Outcomes.AnchorsAsync(0, Now, Ct)).ShouldBeEmpty();
        (await store.Outcomes.AnchorsOfAsync(id, Ct)).Count.ShouldBe(2);
        (await store.Outcomes.DeploymentsAsync(0, long.MaxValue, Ct)).ShouldBe(batch.Deployments);
        (await store.Outcomes.VersionAsync(Ct)).ShouldBe(before + 2);
    }

    /// <summary>1 is reverted by 2, which is reverted by 3; 4 is reverted by a commit; production gets the merge of 3.</summary>
    private static OutcomeBatch[] Life(string repo) =>
    [
        Of(Change(1, OutcomeEvent.Proposed, 1, repo) with { Title = "Add a cache" }),
        Of(Change(1, OutcomeEvent.Accepted, 2, repo) with { Title = "Add a cache", Commits = [Sha(1)] }),
        Of(Change(2, OutcomeEvent.Accepted, 4, repo) with { Commits = [Sha(2)], Reverts = [new(RevertRule.CommitTrailer, Sha(1))] }),
        Of(Change(4, OutcomeEvent.Accepted, 5, repo) with { Commits = [Sha(4)], Reverts = [new(RevertRule.HostReference, $"{repo}#99")] }),
        Of(Change(3, OutcomeEvent.Accepted, 6, repo) with { Commits = [Sha(3)], Reverts = [new(RevertRule.HostReference, $"{repo}#2")] }),
        new() { Reverts = [new(repo, Sha(14), At(7), [new(RevertRule.CommitTrailer, Sha(4))])] },
        new()
        {
            Deployments =
            [
                Deployment("d1", Sha(3), 8, repo: repo), Deployment("d2", Sha(4), 9, repo: repo), Deployment("d3", Sha(1), 3, isSuccess: false, repo: repo),
            ],
        },
        new() { Deployments = [Deployment("d4", Sha(1), 3, isProduction: false, repo: repo)] },
    ];

    private static OutcomeReport Change(int number, OutcomeEvent what, int hour, string repo = Repo) => new()
    {
        Kind = "change",
        Source = "github",
        Ref = $"{repo}#{number}",
        Repo = repo,
        BaseBranch = "main",
        FactsMs = Now,
        Steps = [new OutcomeStep(what, At(hour))],
    };

    [Fact]
    public async Task Outcomes_are_found_by_every_way_in_which_something_can_name_them()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes =
                [
                    Change(1, OutcomeEvent.Accepted, 1) with { Branch = "leases" },
                    Change(2, OutcomeEvent.Accepted, 2) with { WorkRefs = ["JRA-41", "A, \"b\" 100%"] },
                    Change(3, OutcomeEvent.Accepted, 3) with { Commits = [Sha(3)] },
                    Change(4, OutcomeEvent.Accepted, 4) with { Commits = [Sha(4)], WorkRefs = ["JRA-412"] },
                ],
                Anchors = [new Anchor("s4", Repo, Sha(4), Now, "p_ada", "otel", null)],
            },
            Ct);

        async Task<string> FoundAsync(OutcomeNames names) =>
            string.Join(' ', (await store.Outcomes.NamedAsync(names, Ct)).Select(o => o.Ref[^1]));
        (await FoundAsync(new())).ShouldBe("");
        (await FoundAsync(new() { Refs = ["acme/web#1", "acme/web#9"] })).ShouldBe("1");
        (await FoundAsync(new() { Repo = Repo, Branches = ["leases"] })).ShouldBe("1");
        (await FoundAsync(new() { Repo = "acme/other", Branches = ["leases"] })).ShouldBe("");
        (await FoundAsync(new() { Commits = [Sha(3), Sha(9)] })).ShouldBe("3");
        (await FoundAsync(new() { Sessions = ["s4"] })).ShouldBe("4");
        (await FoundAsync(new() { WorkRefs = ["JRA-41"] })).ShouldBe("2");
        (await FoundAsync(new() { WorkRefs = ["A, \"b\" 100%"] })).ShouldBe("2");
        (await FoundAsync(new() { Refs = ["acme/web#2"], Commits = [Sha(3)], Sessions = ["s4"], WorkRefs = ["JRA-412", "JRA-4"] })).ShouldBe("4 3 2");
        (await FoundAsync(new() { Refs = [.. Enumerable.Range(0, 500).Select(i => $"acme/web#{i}")] })).ShouldBe("4 3 2 1");
    }

    private static Deployment Deployment(string name, string sha, int hour, bool isSuccess = true, bool isProduction = true, string repo = Repo) =>
        new("github", repo == Repo ? name : $"{repo}/{name}", repo, sha, isProduction ? "production" : "preview", isProduction, isSuccess, At(hour));

    private static OutcomeBatch Of(OutcomeReport report) => new() { Outcomes = [report] };

    private static async Task<IReadOnlyList<string>> TakeAsync(IStore store, OutcomeReport report) =>
        (await store.Outcomes.ApplyAsync(Of(report), Ct))!;

    private static async Task<string> FatesAsync(IStore store, string repo)
    {
        var all = await store.Outcomes.ListAsync(new OutcomeQuery { Repo = repo }, Ct);
        return string.Join('\n', all.OrderBy(o => o.Ref, StringComparer.Ordinal).Select(o =>
            $"{o.Ref} {OutcomeWords.Word(o.State.Rung(Now))} {o.RevertRule?.ToString() ?? "-"} accepted {HourOf(o.State.AcceptedMs)} "
            + $"deployed {HourOf(o.State.DeployedMs)} reverted {HourOf(o.State.RevertedMs)} restored {HourOf(o.State.RestoredMs)}"));
    }

    private static long At(int hour) => Now + (hour * Hour);

    private static string HourOf(long? ms) => ms is null ? "-" : $"{(ms - Now) / Hour}";

    private static string Sha(int number) => number.ToString("x40");
}

public sealed class SqliteOutcomeStoreTests : OutcomeStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresOutcomeStoreTests(PostgresDatabase postgres) : OutcomeStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
