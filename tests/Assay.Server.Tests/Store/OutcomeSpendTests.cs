using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Ladder;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Store;
using Assay.Testing;

namespace Assay.Server.Tests.Store;

/// <summary>What reading spend for attribution promises, on either database.</summary>
public abstract class OutcomeSpendTests
{
    private const long Now = 1_790_000_400_000;
    private const long Minute = 60_000;

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_or_counted_twice()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var random = new RandomEvents(5);
        var events = Enumerable.Range(0, 600).Select(_ => random.Next(Now - (72 * 60 * Minute), Now)).ToList();
        await store.Usage.ApplyAsync("node", 0, 1, events, Ct);
        await store.Outcomes.ApplyAsync(new OutcomeBatch { Anchors = [new Anchor("s1-p_ada", "acme/web", new string('a', 40), Now, "p_ada", "otel", null)] }, Ct);

        var middle = Now - (30 * 60 * Minute) + 17;
        var slices = await store.Outcomes.SpendAsync(0, middle, Ct);
        var rest = await store.Outcomes.SpendAsync(middle, Now, Ct);

        var all = slices.Concat(rest).ToList();
        all.Sum(slice => slice.Cost).ShouldBe(events.Sum(call => call.Cost.Nanos));
        all.Sum(slice => slice.Requests).ShouldBe(events.Count);
        slices.Sum(slice => slice.Cost).ShouldBe(events.Where(call => call.StartedAtMs < middle).Sum(call => call.Cost.Nanos));
        foreach (var session in events.GroupBy(call => (call.PersonId, call.TeamId, call.UseCase, call.Model, call.Session, call.WorkRef)))
        {
            all.Where(s => (s.PersonId, s.TeamId, s.UseCase, s.Model, s.Session, s.WorkRef) == session.Key).Sum(s => s.Cost)
                .ShouldBe(session.Sum(call => call.Cost.Nanos));
        }
    }

    [Fact]
    public async Task Only_a_session_that_made_a_commit_is_told_by_the_minute()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var start = Now / (60 * Minute) * 60 * Minute;
        List<UsageEvent> events =
        [
            Call(start + 1, "made"), Call(start + 2, "made"), Call(start + (9 * Minute), "made"),
            Call(start + 1, "plain"), Call(start + (9 * Minute), "plain"),
            Call(start + 3, "plain") with { Marks = UsageMarks.Unpriced },
        ];
        await store.Usage.ApplyAsync("node", 0, 1, events, Ct);
        await store.Outcomes.ApplyAsync(new OutcomeBatch { Anchors = [new Anchor("made", "acme/web", new string('a', 40), Now, "p_ada", "otel", null)] }, Ct);

        var slices = await store.Outcomes.SpendAsync(0, Now + (60 * Minute), Ct);

        slices.Where(s => s.Session == "made").Select(s => (s.AtMs - start, s.Requests)).ShouldBe([(1, 2L), (9 * Minute, 1L)]);
        slices.Where(s => s.Session == "plain").OrderByDescending(s => s.IsPriced).Select(s => (s.AtMs - start, s.Requests, s.IsPriced))
            .ShouldBe([(1, 2L, true), (3, 1L, false)]);
        slices[0].Tokens.ShouldBe(30);
    }

    [Fact]
    public async Task What_is_read_for_one_outcome_says_of_it_what_the_book_of_everything_says()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await WorkWorld.FillAsync(store, new Random(1), Now, Ct);
        var reader = new WorthReader(store.Outcomes, new ManualTime(DateTimeOffset.FromUnixTimeMilliseconds(Now)));
        var (from, to) = (Now - (30 * 24 * 60 * Minute), Now);

        var whole = await reader.MakeAsync(from, to, Ct);

        whole.Attribution.ByTier.ShouldAllBe(nanos => nanos > 0);
        whole.Attribution.ByReason[UnattributedReason.OptOut].ShouldBe(whole.Slices.Where(s => s.PersonId == "p_dan").Sum(s => s.Cost));
        foreach (var outcome in whole.Outcomes.Where((_, i) => i % 2 == 0))
        {
            var small = await reader.MakeOfAsync(outcome, from, to, Ct);
            small.Slices.Count.ShouldBeLessThan(whole.Slices.Count);
            var (expected, found) = (whole.Of(outcome.Id)!.Value, small.Of(outcome.Id)!.Value);
            found.Spend.ByTier.ShouldBe(expected.Spend.ByTier);
            (found.Spend.SureOverRules, found.Spend.UpToOverRules).ShouldBe((expected.Spend.SureOverRules, expected.Spend.UpToOverRules));
            Lines(found.Parts).ShouldBe(Lines(expected.Parts));
        }

        static IEnumerable<(SpendSlice, EvidenceTier, long)> Lines(IReadOnlyList<(SpendSlice Slice, SpendPart Part)> parts) => parts
            .Select(p => (p.Slice, p.Part.Tier, p.Part.Nanos))
            .OrderBy(p => p.Slice.AtMs).ThenBy(p => p.Slice.ToString(), StringComparer.Ordinal).ThenBy(p => p.Nanos);
    }

    [Fact]
    public async Task A_branch_with_its_repository_names_the_change_that_came_from_it_in_any_case()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes =
                [
                    Change(1, Now - (60 * Minute), "") with { Branch = "Fix" },
                    Change(2, Now - (60 * Minute), "") with { Ref = "acme/api#2", Repo = "acme/api", Branch = "fix" },
                ],
            },
            Ct);
        await store.Usage.ApplyAsync(
            "node", 0, 1, [Call(Now - (90 * Minute), "") with { WorkRef = "Acme/Web@fix" }, Call(Now - (90 * Minute), "") with { WorkRef = "fix" }], Ct);
        var reader = new WorthReader(store.Outcomes, new ManualTime(DateTimeOffset.FromUnixTimeMilliseconds(Now)));

        var books = new[] { await reader.ReadWholeAsync(Now - (100 * Minute), Now, Ct), await reader.ReadAsync(Now - (100 * Minute), Now, Ct) };
        var own = await reader.MakeOfAsync(books[0].Outcomes.Single(o => o.Repo == "acme/web"), Now - (100 * Minute), Now, Ct);

        // The bare branch is of either repository, so it only narrows.
        foreach (var book in books.Append(own))
        {
            book.Attribution.Outcomes[book.Outcomes.Index().Single(o => o.Item.Repo == "acme/web").Index].ByTier[(int)EvidenceTier.Declared].ShouldBe(7);
            book.Attribution.Parts.Where(p => p.Outcome >= 0 && book.Outcomes[p.Outcome].Repo == "acme/api").ShouldAllBe(p => p.Tier == EvidenceTier.Inferred);
        }
    }

    [Fact]
    public async Task Spend_of_a_team_kept_out_is_counted_and_attributed_to_nothing_with_all_below_it()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = [Change(1, Now - (60 * Minute), "WEB-1")] }, Ct);
        await store.Usage.ApplyAsync(
            "node", 0, 1, [.. new[] { "legal", "contracts", "platform" }.Select(team => Call(Now - (90 * Minute), "") with { TeamId = team, WorkRef = "WEB-1" })], Ct);
        var reader = new WorthReader(store.Outcomes, new ManualTime(DateTimeOffset.FromUnixTimeMilliseconds(Now)));
        (await DeclaredAsync(AttributionSwitch.On)).ShouldBe((21, 0));
        (await DeclaredAsync(AttributionSwitch.Off)).ShouldBe((7, 14));
        (await DeclaredAsync(AttributionSwitch.On)).ShouldBe((21, 0));

        async Task<(long Declared, long OptedOut)> DeclaredAsync(AttributionSwitch attribution)
        {
            await store.Directory.ChangeAsync(
                [
                    new DirectoryChange.PutTeam(new Team(Team.OrgId, null, "Org")), new DirectoryChange.PutTeam(new Team("legal", Team.OrgId, "Legal", attribution)),
                    new DirectoryChange.PutTeam(new Team("contracts", "legal", "Contracts")),
                ],
                "test",
                Ct);
            var found = (await reader.MakeAsync(Now - (100 * Minute), Now, Ct)).Attribution;
            found.ByTier.Sum().ShouldBe(21);
            return (found.ByTier[(int)EvidenceTier.Declared], found.ByReason.GetValueOrDefault(UnattributedReason.OptOut));
        }
    }

    [Fact]
    public async Task Parts_that_stream_are_those_of_the_book()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await WorkWorld.FillAsync(store, new Random(3), Now, Ct);
        var reader = new WorthReader(store.Outcomes, new ManualTime(DateTimeOffset.FromUnixTimeMilliseconds(Now)));
        var (from, to) = (Now / (60 * Minute) * 60 * Minute - (30 * 24 * 60 * Minute), Now);

        var book = await reader.MakeAsync(from, to, Ct);
        var parts = await reader.PartsAsync(from, to, Ct).ToListAsync(Ct);

        parts.Select(p => (p.Slice.ToString(), p.Part.Tier, p.Part.Reason, p.Part.Nanos, p.Outcome?.Id)).Order()
            .ShouldBe(book.Attribution.Parts.Select(p => (book.Slices[p.Call].ToString(), p.Tier, p.Reason, p.Nanos, p.Outcome < 0 ? null : book.Outcomes[p.Outcome].Id)).Order());
        parts.Select(p => p.Slice.AtMs).ShouldBeInOrder();
    }

    [Fact]
    public async Task Few_slices_are_attributed_as_all_of_them()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var random = new RandomEvents(6);
        var (from, to) = (Now - (40 * 24 * 60 * Minute), Now);
        string[] refs = ["", "WEB-1", "web-2", "WEB-3", "Größe-1", "OTHER"];
        var events = Enumerable.Range(0, 1500).Select(i => random.Next(from, to) with { WorkRef = refs[i % refs.Length] }).ToList();
        await store.Usage.ApplyAsync("node", 0, 1, events, Ct);
        await store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes =
                [
                    Change(1, to - (20 * 24 * 60 * Minute), "web-1"), Change(2, to - (9 * 24 * 60 * Minute), "WEB-2"), Change(3, to - (5 * 24 * 60 * Minute), "gRÖßE-1"),
                ],
                Anchors = [new Anchor("s1-p_ada", "acme/web", new string('a', 40), Now - 9, "p_ada", "otel", null)],
            },
            Ct);
        var reader = new WorthReader(store.Outcomes, new ManualTime(DateTimeOffset.FromUnixTimeMilliseconds(Now)));

        var (whole, few) = (await reader.ReadWholeAsync(from, to, Ct), await reader.ReadAsync(from, to, Ct));

        few.Slices.Count.ShouldBeLessThan(whole.Slices.Count);
        few.Slices.Sum(s => s.Requests).ShouldBe(events.Count);
        few.Slices.Sum(s => s.Tokens).ShouldBe(whole.Slices.Sum(s => s.Tokens));
        few.Attribution.ByTier.ShouldBe(whole.Attribution.ByTier);
        few.Attribution.ByReason.OrderBy(r => r.Key).ShouldBe(whole.Attribution.ByReason.OrderBy(r => r.Key));
        few.Attribution.Outcomes.Select(o => (o.SureNanos, o.UpToNanos)).ShouldBe(whole.Attribution.Outcomes.Select(o => (o.SureNanos, o.UpToNanos)));
        few.Attribution.Outcomes.Count(o => o.SureNanos > 0).ShouldBe(3);
        foreach (var days in new[] { 7, 14, 35 })
        {
            few.Slices.Where(s => s.AtMs < Week(days)).Sum(s => s.Cost).ShouldBe(whole.Slices.Where(s => s.AtMs < Week(days)).Sum(s => s.Cost));

            // Weeks go back from the end by whole days.
            long Week(int back) => ((to - (back * 24 * 60 * Minute) + (12 * 60 * Minute)) / (24 * 60 * Minute)) * 24 * 60 * Minute;
        }
    }

    private static OutcomeReport Change(int number, long atMs, string work) => new()
    {
        Kind = "change",
        Source = OutcomeWords.GitHub,
        Ref = $"acme/web#{number}",
        Repo = "acme/web",
        FactsMs = atMs,
        PersonId = "p_ada",
        TeamId = "platform",
        WorkRefs = [work],
        Steps = [new OutcomeStep(OutcomeEvent.Proposed, atMs - 1), new OutcomeStep(OutcomeEvent.Accepted, atMs)],
    };

    private static UsageEvent Call(long atMs, string session) => RandomEvents.One(atMs) with { Session = session, Cost = new NanoUsd(7) };
}

public sealed class SqliteOutcomeSpendTests : OutcomeSpendTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresOutcomeSpendTests(PostgresDatabase postgres) : OutcomeSpendTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
