using Assay.Ledger.Usage;
using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Testing;

namespace Assay.Server.Tests.Store;

/// <summary>Every answer is compared with a tally made in memory from the same random events.</summary>
public abstract class UsageQueryTests
{
    // Both changes of the clocks of 2026 in Berlin are in the range, and a leap to a new year.
    private static readonly DateTimeOffset s_from = new(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_to = new(2027, 1, 10, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static StoreOptions In(TimeZoneInfo zone) => new()
    {
        TimeZone = zone,
        Clock = new ManualTime(s_to),
        UsageRetention = TimeSpan.FromDays(1000),
    };

    [Fact]
    public async Task Every_grouping_over_every_kind_of_range_is_what_a_tally_in_memory_says()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(s_berlin));
        var events = new RandomEvents(11).Many(3_000, s_from, s_to);
        await ApplyAsync(store, events);
        var random = new Random(12);
        for (var i = 0; i < 60; i++)
        {
            var dimensions = Enum.GetValues<UsageDimension>().OrderBy(_ => random.Next()).Take(random.Next(4)).ToList();
            var (from, to) = (RandomInstant(random), RandomInstant(random));
            var query = new UsageQuery(from < to ? from : to, from < to ? to : from, dimensions);

            await ShouldAgreeAsync(store, query, events, s_berlin, _ => true);
            var kinds = await store.Usage.QueryAsync(query with { Detail = UsageDetail.Kinds }, Ct);
            kinds.Select(Kinds).ShouldBe((await store.Usage.QueryAsync(query, Ct)).Select(Kinds));
        }
    }

    private static string Kinds(UsageRow row) => string.Join(
        '|',
        [
            .. row.Group, row.Requests, row.Errors, row.Estimated, row.Unpriced, row.Cost, row.EstimatedCost,
            row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens,
        ]);

    [Fact]
    public async Task Every_filter_is_what_a_tally_in_memory_says()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(TimeZoneInfo.Utc));
        var events = new RandomEvents(13).Many(1_500, s_from, s_to);
        await ApplyAsync(store, events);
        (UsageFilter Filter, Func<UsageEvent, bool> Predicate)[] filters =
        [
            (new() { PersonId = "p_bob" }, e => e.PersonId == "p_bob"),
            (new() { TeamId = "platform" }, e => e.TeamId == "platform"),
            (new() { KeyId = "k_p_cyd_1" }, e => e.KeyId == "k_p_cyd_1"),
            (new() { AgentId = "" }, e => e.AgentId.Length == 0),
            (new() { UseCase = "Übersetzung" }, e => e.UseCase == "Übersetzung"),
            (new() { Model = "o'brien \"model\"" }, e => e.Model == "o'brien \"model\""),
            (new() { Provider = "openai", Model = "gpt-5" }, e => e is { Provider: "openai", Model: "gpt-5" }),
            (new() { Session = "s1-p_ada" }, e => e.Session == "s1-p_ada"),
            (new() { Client = "codex" }, e => e.Client == "codex"),
            (new() { RequestedModel = "code", PersonId = "p_eve" }, e => e is { RequestedModel: "code", PersonId: "p_eve" }),
            (new() { PersonId = "nobody' or 1=1 --" }, _ => false),
        ];
        foreach (var (filter, predicate) in filters)
        {
            var query = new UsageQuery(s_from.AddHours(5.3), s_to, [UsageDimension.Team, UsageDimension.Person])
            {
                Filter = filter,
            };

            await ShouldAgreeAsync(store, query, events, TimeZoneInfo.Utc, predicate);
            await ShouldAgreeAsync(store, query with { Group = [UsageDimension.RequestedModel, UsageDimension.Model] }, events, TimeZoneInfo.Utc, predicate);
            await ShouldAgreeAsync(store, query with { Group = [UsageDimension.Team] }, events, TimeZoneInfo.Utc, predicate);
        }
    }

    [Fact]
    public async Task Sums_by_model_and_team_are_made_of_what_was_there_before_them()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(s_berlin));
        var events = new RandomEvents(17).Many(800, s_from, s_to);
        await ApplyAsync(store, events);
        var step = SchemaMigrations.Of(database is SqliteHarness ? "Sqlite" : "Postgres").Single(s => s.Name.EndsWith("sums", StringComparison.Ordinal));
        await database.ExecuteAsync("drop table usage_model; drop table usage_team; " + step.Sql);

        await ShouldAgreeAsync(store, new UsageQuery(s_from, s_to, [UsageDimension.UseCase, UsageDimension.Model]), events, s_berlin, _ => true);
        await ShouldAgreeAsync(store, new UsageQuery(s_from, s_to, [UsageDimension.Team]), events, s_berlin, _ => true);

        // Of an hour of which attempts are gone nobody knows what was asked for; the sums are the same.
        await database.ExecuteAsync("delete from usage; drop table usage_model; drop table usage_team; " + step.Sql);
        var rows = await store.Usage.QueryAsync(new UsageQuery(s_from, s_to.AddDays(1), [UsageDimension.RequestedModel]), Ct);
        rows.ShouldHaveSingleItem().Cost.Nanos.ShouldBe(events.Sum(e => e.Cost.Nanos));
    }

    [Fact]
    public async Task A_team_with_its_subteams_is_counted_as_the_tree_is_now()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(TimeZoneInfo.Utc));
        await store.Directory.ChangeAsync(
            [
                new DirectoryChange.PutTeam(new Team("org", null, "Org")),
                new DirectoryChange.PutTeam(new Team("platform", "org", "Platform")),
                new DirectoryChange.PutTeam(new Team("platform-web", "platform", "Web")),
                new DirectoryChange.PutTeam(new Team("sales", "org", "Sales")),
            ],
            "test",
            Ct);
        var events = new RandomEvents(14).Many(500, s_from, s_to);
        await ApplyAsync(store, events);

        await ShouldAgreeAsync(
            store, Under("platform"), events, TimeZoneInfo.Utc, e => e.TeamId is "platform" or "platform-web");
        await ShouldAgreeAsync(store, Under("org"), events, TimeZoneInfo.Utc, _ => true);
        await ShouldAgreeAsync(store, Under("sales"), events, TimeZoneInfo.Utc, e => e.TeamId == "sales");

        static UsageQuery Under(string team) => new(s_from, s_to, [UsageDimension.Team])
        {
            Filter = new UsageFilter { TeamId = team, WithSubteams = true },
        };
    }

    [Fact]
    public async Task Days_begin_at_local_midnight_also_when_the_clocks_change()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(s_berlin));

        // 25 October 2026 has 25 hours in Berlin: it begins at 22:00Z and ends at 23:00Z, and 02:00 to 03:00 comes twice.
        var midnight = new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero);
        var events = Enumerable.Range(-1, 27)
            .Select(hour => RandomEvents.One(midnight.AddHours(hour).AddMinutes(30).ToUnixTimeMilliseconds())).ToList();
        await ApplyAsync(store, events);

        var days = await store.Usage.QueryAsync(
            new UsageQuery(midnight.AddDays(-2), midnight.AddDays(3), [UsageDimension.Day]), Ct);
        var hours = await store.Usage.QueryAsync(
            new UsageQuery(midnight.AddHours(2), midnight.AddHours(6), [UsageDimension.Hour]), Ct);

        days.Select(row => (row.Group[0], row.Requests)).ShouldBe(
            [("2026-10-24", 1L), ("2026-10-25", 25L), ("2026-10-26", 1L)]);
        hours.Select(row => row.Group[0]).ShouldBe(
        [
            "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00",
            "2026-10-25T04:00:00+01:00",
        ]);
    }

    [Theory]
    [InlineData("Asia/Kolkata")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Pacific/Chatham")]
    [InlineData("America/St_Johns")]
    public async Task Zones_that_are_off_by_parts_of_an_hour_are_counted_right_too(string zoneId)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(zone));
        var events = new RandomEvents(15).Many(800, s_from, s_to);
        await ApplyAsync(store, events);
        var random = new Random(16);
        for (var i = 0; i < 10; i++)
        {
            var from = RandomInstant(random);
            await ShouldAgreeAsync(
                store, new UsageQuery(from, from.AddDays(random.Next(100)), [UsageDimension.Day]), events, zone, _ => true);
            await ShouldAgreeAsync(
                store, new UsageQuery(from, from.AddDays(3), [UsageDimension.Hour]), events, zone, _ => true);
        }
    }

    [Fact]
    public async Task Rows_come_in_time_order_and_then_the_costliest_first_up_to_the_limit()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(TimeZoneInfo.Utc));
        var day = s_from.AddDays(1).ToUnixTimeMilliseconds();
        await ApplyAsync(
            store,
            [
                RandomEvents.One(day + 1, "p_cheap", 1), RandomEvents.One(day + 2, "p_dear", 9),
                RandomEvents.One(day - 1, "p_before", 1), RandomEvents.One(day + 3, "p_middle", 5),
            ]);

        var rows = await store.Usage.QueryAsync(
            new UsageQuery(s_from, s_to, [UsageDimension.Person, UsageDimension.Day]) { Limit = 3 }, Ct);

        rows.Select(row => row.Group[0]).ShouldBe(["p_before", "p_dear", "p_middle"]);
        var people = new UsageQuery(s_from, s_to, [UsageDimension.Person]);
        (await store.Usage.QueryAsync(people with { Limit = 2 }, Ct)).Select(row => row.Group[0]).ShouldBe(["p_dear", "p_middle"]);
        (await store.Usage.QueryAsync(people, Ct)).Select(row => row.Group[0]).ShouldBe(["p_dear", "p_middle", "p_before", "p_cheap"]);
    }

    [Fact]
    public async Task An_empty_range_gives_no_rows_and_zeros_when_nothing_is_grouped()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(TimeZoneInfo.Utc));
        await ApplyAsync(store, [RandomEvents.One(s_from.ToUnixTimeMilliseconds())]);

        (await store.Usage.QueryAsync(new UsageQuery(s_to, s_from, [UsageDimension.Model]), Ct)).ShouldBeEmpty();
        (await store.Usage.QueryAsync(new UsageQuery(s_to, s_to, []), Ct)).Single().Requests.ShouldBe(0);
        (await store.Usage.QueryAsync(
            new UsageQuery(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, []), Ct)).Single().Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Pages_of_attempts_lose_none_and_repeat_none_though_more_arrive_meanwhile()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(TimeZoneInfo.Utc));

        // Many within the same millisecond, so that the id decides.
        var events = new RandomEvents(17).Many(500, s_from, s_from.AddMilliseconds(50));
        await ApplyAsync(store, events);
        var seen = new List<Guid>();
        RequestCursor? after = null;
        var page = 0;
        while (true)
        {
            var rows = await store.Usage.RequestsAsync(new RequestQuery { After = after, Limit = 37 }, Ct);
            if (rows.Count == 0)
            {
                break;
            }

            seen.AddRange(rows.Select(row => row.Id));
            after = new RequestCursor(rows[^1].StartedAtMs, rows[^1].Id);
            await store.Usage.ApplyAsync(
                "later", page, page + 1, new RandomEvents(100 + page).Many(5, s_from.AddDays(1), s_from.AddDays(2)), Ct);
            page++;
        }

        seen.Count.ShouldBe(500);
        seen.ToHashSet().SetEquals(events.Select(e => e.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task Attempts_are_found_by_person_team_key_model_session_outcome_status_call_and_time()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(TimeZoneInfo.Utc));
        var events = new RandomEvents(18).Many(900, s_from, s_to);
        await ApplyAsync(store, events);
        var one = events[123];
        var middle = s_from.AddDays(100);
        (RequestQuery Query, Func<UsageEvent, bool> Predicate)[] questions =
        [
            (new() { Filter = new() { PersonId = "p_dee" } }, e => e.PersonId == "p_dee"),
            (new() { Filter = new() { TeamId = "sales", Model = "gpt-5" } }, e => e is { TeamId: "sales", Model: "gpt-5" }),
            (new() { Filter = new() { KeyId = "k_p_bob_0" } }, e => e.KeyId == "k_p_bob_0"),
            (new() { Filter = new() { Session = "s2-p_eve" } }, e => e.Session == "s2-p_eve"),
            (new() { Outcome = CallOutcome.ClientGone }, e => e.Outcome == CallOutcome.ClientGone),
            (new() { Status = 429, From = middle }, e => e.Status == 429 && e.StartedAtMs >= middle.ToUnixTimeMilliseconds()),
            (new() { To = middle }, e => e.StartedAtMs < middle.ToUnixTimeMilliseconds()),
            (new() { RequestId = one.RequestId }, e => e.Id == one.Id),
        ];
        foreach (var (query, predicate) in questions)
        {
            var found = await store.Usage.RequestsAsync(query with { Limit = 1000 }, Ct);

            found.Select(e => e.Id).ShouldBe(events.Where(predicate).Select(e => e.Id), ignoreOrder: true);
            found.Select(e => e.StartedAtMs).ShouldBeInOrder(SortDirection.Descending);
        }
    }

    [Fact]
    public async Task A_persons_sessions_come_with_their_sums_and_the_last_active_first()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(In(TimeZoneInfo.Utc));
        var events = new RandomEvents(19).Many(600, s_from, s_to);
        await ApplyAsync(store, events);

        var sessions = await store.Usage.SessionsAsync(
            new SessionQuery(s_from, s_to) { Filter = new UsageFilter { PersonId = "p_ada" } }, Ct);

        sessions.ShouldBe(events
            .Where(e => e.PersonId == "p_ada" && e.Session.Length > 0)
            .GroupBy(e => e.Session)
            .Select(group => new SessionRow(
                group.Key,
                "p_ada",
                sessions.Single(session => session.Session == group.Key).Client,
                group.LongCount(),
                group.Aggregate(default(UsageCounts), (sum, e) => sum + e.Counts),
                new(group.Sum(e => e.Cost.Nanos)),
                group.Min(e => e.StartedAtMs),
                group.Max(e => e.StartedAtMs)))
            .OrderByDescending(row => row.LastAtMs));
    }

    [Fact]
    public async Task An_edge_whose_attempts_are_gone_is_widened_to_the_whole_hour()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(
            In(TimeZoneInfo.Utc) with { UsageRetention = TimeSpan.FromDays(30) });
        await ApplyAsync(store, [RandomEvents.One(s_from.AddMinutes(10).ToUnixTimeMilliseconds())]);
        await store.Usage.MaintainAsync(Ct);
        (await store.Usage.RequestsAsync(new RequestQuery(), Ct)).ShouldBeEmpty();

        var rows = await store.Usage.QueryAsync(
            new UsageQuery(s_from.AddMinutes(5), s_from.AddMinutes(55), []), Ct);

        rows.Single().Requests.ShouldBe(1);
    }

    private static async Task ApplyAsync(IStore store, IReadOnlyList<UsageEvent> events)
    {
        var position = 0L;
        foreach (var batch in events.Chunk(400))
        {
            await store.Usage.ApplyAsync("n1", position, position + batch.Length, batch, Ct);
            position += batch.Length;
        }
    }

    private static async Task ShouldAgreeAsync(
        IStore store, UsageQuery query, IEnumerable<UsageEvent> events, TimeZoneInfo zone, Func<UsageEvent, bool> filter)
    {
        var rows = await store.Usage.QueryAsync(query with { Limit = UsageQuery.LimitMax }, Ct);

        UsageTally.Print(rows.Where(row => row.Requests > 0)).ShouldBe(
            UsageTally.Print(UsageTally.Of(events, query, zone, filter)),
            $"{query.From:O} to {query.To:O} by {string.Join(", ", query.Group)}");
    }

    // Ranges that people ask for begin at days and hours; the others test the edges.
    private static DateTimeOffset RandomInstant(Random random)
    {
        var at = s_from.AddMinutes(random.Next((int)(s_to - s_from).TotalMinutes));
        return random.Next(3) switch
        {
            0 => at.AddMilliseconds(random.Next(60_000)),
            1 => new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero),
            _ => new DateTimeOffset(TimeZoneInfo.ConvertTime(at, s_berlin).Date, s_berlin.GetUtcOffset(at.Date)),
        };
    }
}

public sealed class SqliteUsageQueryTests : UsageQueryTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresUsageQueryTests(PostgresDatabase postgres) : UsageQueryTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
