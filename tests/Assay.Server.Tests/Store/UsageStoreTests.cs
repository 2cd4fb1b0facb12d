using Assay.Server.Store;
using Assay.Testing;
using Dapper;
using Npgsql;

namespace Assay.Server.Tests.Store;

/// <summary>What applying usage promises, on either database.</summary>
public abstract class UsageStoreTests
{
    private const long NoonMs = 1_787_054_400_000; // 2026-08-18T12:00:00Z
    private static readonly DateTimeOffset s_monday = new(2026, 8, 17, 0, 0, 0, TimeSpan.Zero);

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_never_seen_starts_at_zero_and_moves_with_each_batch()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();

        (await store.Usage.WatermarkAsync("n1", Ct)).ShouldBe(0);
        await store.Usage.ApplyAsync("n1", 0, 100, [RandomEvents.One(NoonMs)], Ct);
        await store.Usage.ApplyAsync("n1", 100, 250, [], Ct);

        (await store.Usage.WatermarkAsync("n1", Ct)).ShouldBe(250);
        (await store.Usage.WatermarkAsync("n2", Ct)).ShouldBe(0);
        (await store.Usage.TotalsAsync(Ct)).Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_batch_from_another_place_is_refused_and_changes_nothing()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Usage.ApplyAsync("n1", 0, 100, [RandomEvents.One(NoonMs)], Ct);

        var conflict = await Should.ThrowAsync<WatermarkConflictException>(
            async () => await store.Usage.ApplyAsync("n1", 0, 200, [RandomEvents.One(NoonMs)], Ct));
        await Should.ThrowAsync<WatermarkConflictException>(
            async () => await store.Usage.ApplyAsync("new", 50, 200, [RandomEvents.One(NoonMs)], Ct));

        (conflict.Node, conflict.Expected, conflict.Actual).ShouldBe(("n1", 0L, 100L));
        (await store.Usage.WatermarkAsync("n1", Ct)).ShouldBe(100);
        (await store.Usage.TotalsAsync(Ct)).Requests.ShouldBe(1);
    }

    [Fact]
    public async Task What_accounts_are_charged_adds_up_by_node_and_moves_with_the_watermark()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var (month, rolling) = ("b_1@2026-08-01", "b_2@rolling30d");

        await store.Usage.ApplyAsync(
            "n1", 0, 100, [], [new(month, 0, 10, 1, 2, 0), new(rolling, 5, 7, 3, 0, 1), new(rolling, 6, 1, 1, 0, 0)], Ct);
        await store.Usage.ApplyAsync("n1", 100, 200, [], [new(month, 0, 5, 2, 0, 0)], Ct);
        await store.Usage.ApplyAsync("n2", 0, 100, [], [new(month, 0, 1000, 0, 0, 0)], Ct);
        await Should.ThrowAsync<WatermarkConflictException>(
            async () => await store.Usage.ApplyAsync("n1", 100, 300, [], [new(month, 0, 5, 2, 0, 0)], Ct));

        // More names than one statement takes, most of which nobody has.
        string[] asked = [.. Enumerable.Range(0, 1200).Select(i => $"b_{i}@none"), month, rolling];
        var found = (await store.Usage.ChargesAsync("n1", asked, Ct)).OrderBy(c => c.Account, StringComparer.Ordinal).ThenBy(c => c.Hour);
        found.ShouldBe([new(month, 0, 15, 3, 2, 0), new(rolling, 5, 7, 3, 0, 1), new(rolling, 6, 1, 1, 0, 0)]);
        (await store.Usage.ChargesAsync("n2", [month], Ct)).ShouldBe([new(month, 0, 1000, 0, 0, 0)]);
        (await store.Usage.ChargesAsync("n1", [], Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_attempt_that_comes_twice_is_counted_once_everywhere()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var (first, second) = (RandomEvents.One(NoonMs, costNanos: 7), RandomEvents.One(NoonMs + 1, costNanos: 11));

        await store.Usage.ApplyAsync("n1", 0, 100, [first, first, second], Ct);
        await store.Usage.ApplyAsync("n1", 100, 200, [second, first], Ct);
        await store.Usage.ApplyAsync("n2", 0, 50, [first], Ct);

        var totals = await store.Usage.TotalsAsync(Ct);
        totals.Requests.ShouldBe(2);
        totals.Cost.Nanos.ShouldBe(18);
        totals.Expense.Nanos.ShouldBe(18);
        totals.Counts.ShouldBe(first.Counts + second.Counts);
        (await database.ScalarAsync<long>("select count(*) from usage")).ShouldBe(2);
        (await database.ScalarAsync<long>("select sum(requests) from usage_hour")).ShouldBe(2);
    }

    [Fact]
    public async Task An_event_comes_back_as_it_was_written()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var events = new RandomEvents(1).Many(50, s_monday, s_monday.AddDays(1));
        await store.Usage.ApplyAsync("n1", 0, 1, events, Ct);

        var back = await store.Usage.RequestsAsync(new RequestQuery { Limit = 1000 }, Ct);

        back.ShouldBe(events.OrderByDescending(e => (e.StartedAtMs, e.Id.ToString())));
    }

    [Fact]
    public async Task Balances_add_up_to_zero_and_expenses_are_the_cost_by_provider_and_model()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var events = new RandomEvents(2).Many(500, s_monday, s_monday.AddDays(3));
        await store.Usage.ApplyAsync("n1", 0, 1, [.. events.Take(200)], Ct);
        await store.Usage.ApplyAsync("n1", 1, 2, [.. events.Skip(200)], Ct);

        var balances = await store.Usage.BalancesAsync(Ct);
        var totals = await store.Usage.TotalsAsync(Ct);

        totals.BalanceSum.Nanos.ShouldBe(0);
        totals.Cost.Nanos.ShouldBe(events.Sum(e => e.Cost.Nanos));
        totals.Expense.ShouldBe(totals.Cost);
        balances.Where(balance => balance.Account.StartsWith("expense:", StringComparison.Ordinal))
            .Select(balance => (balance.Account, balance.Amount.Nanos))
            .ShouldBe(
                events.GroupBy(e => $"expense:{e.Provider}/{e.Model}")
                    .Select(group => (group.Key, group.Sum(e => e.Cost.Nanos))),
                ignoreOrder: true);
        balances.Where(balance => balance.Account.StartsWith("spend:", StringComparison.Ordinal))
            .Select(balance => (balance.Account, balance.Amount.Nanos))
            .ShouldBe(
                events.GroupBy(e => $"spend:{e.TeamId}").Select(group => (group.Key, -group.Sum(e => e.Cost.Nanos))),
                ignoreOrder: true);
    }

    [Fact]
    public async Task The_checks_in_the_documentation_find_nothing_until_something_is_wrong()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Usage.ApplyAsync("n1", 0, 1, new RandomEvents(8).Many(300, s_monday, s_monday.AddDays(3)), Ct);
        await using var connection = database.Connect();
        await connection.OpenAsync(Ct);
        var checks = DocumentedChecks();
        checks.Count.ShouldBe(8);
        foreach (var check in checks)
        {
            (await connection.QueryAsync(check)).ShouldBeEmpty(check);
        }

        await connection.ExecuteAsync("update usage_day set requests = requests + 1, cost = cost + 1");
        await connection.ExecuteAsync("update balance set amount = amount + 1");
        var found = 0;
        foreach (var check in checks)
        {
            found += (await connection.QueryAsync(check)).Any() ? 1 : 0;
        }

        found.ShouldBe(7); // All but the one for duplicates.
    }

    [Fact]
    public async Task A_batch_that_fails_half_way_leaves_no_trace_and_can_be_applied_again()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Usage.ApplyAsync("n1", 0, 10, [RandomEvents.One(NoonMs, costNanos: 5)], Ct);
        var batch = new RandomEvents(3).Many(100, s_monday, s_monday.AddDays(1));
        await database.ExecuteAsync("alter table balance rename to balance_away");
        await Should.ThrowAsync<Exception>(async () => await store.Usage.ApplyAsync("n1", 10, 20, batch, Ct));
        await database.ExecuteAsync("alter table balance_away rename to balance");

        (await store.Usage.WatermarkAsync("n1", Ct)).ShouldBe(10);
        (await database.ScalarAsync<long>("select count(*) from usage")).ShouldBe(1);
        await store.Usage.ApplyAsync("n1", 10, 20, batch, Ct);

        var totals = await store.Usage.TotalsAsync(Ct);
        totals.Requests.ShouldBe(101);
        totals.Cost.Nanos.ShouldBe(5 + batch.Sum(e => e.Cost.Nanos));
        totals.BalanceSum.Nanos.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_process_applied_is_there_for_the_next()
    {
        await using var database = await NewDatabaseAsync();
        var events = new RandomEvents(4).Many(100, s_monday, s_monday.AddDays(1));
        await using (var store = await database.OpenAsync())
        {
            await store.Usage.ApplyAsync("n1", 0, 10, [.. events.Take(60)], Ct);
        }

        await using var next = await database.OpenAsync();
        await next.Usage.ApplyAsync("n1", await next.Usage.WatermarkAsync("n1", Ct), 20, [.. events.Skip(60)], Ct);

        (await next.Usage.TotalsAsync(Ct)).Requests.ShouldBe(100);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("half \ud83d")]
    [InlineData("\udc00 other half")]
    [InlineData("😀 whole")]
    public async Task Text_that_a_database_might_refuse_is_stored_all_the_same(string text)
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var strange = text + new string('x', 5_000);
        var call = RandomEvents.One(NoonMs) with
        {
            Session = strange,
            WorkRef = strange,
            Client = strange,
            UseCase = strange,
            Model = strange,
            TeamId = strange,
        };

        await store.Usage.ApplyAsync("n1", 0, 10, [call, RandomEvents.One(NoonMs + 1)], Ct);

        (await store.Usage.TotalsAsync(Ct)).Requests.ShouldBe(2);
        (await store.Usage.RequestsAsync(
            new RequestQuery { Filter = new UsageFilter { Session = strange, UseCase = strange } }, Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Attempts_beyond_retention_go_and_their_sums_stay()
    {
        var clock = new ManualTime(s_monday.AddDays(100));
        var options = new StoreOptions { UsageRetention = TimeSpan.FromDays(60), Clock = clock };
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(options);
        var events = new RandomEvents(5).Many(12_000, s_monday.AddDays(-40), s_monday.AddDays(100));
        await store.Usage.ApplyAsync("n1", 0, 10, events, Ct);

        await store.Usage.MaintainAsync(Ct);

        var kept = await database.ScalarAsync<long>("select min(started_ms) from usage");
        kept.ShouldBeGreaterThanOrEqualTo(s_monday.AddDays(40).AddDays(-31).ToUnixTimeMilliseconds());
        (await database.ScalarAsync<long>("select count(*) from usage")).ShouldBe(
            events.Count(e => e.StartedAtMs >= kept));
        var all = await store.Usage.QueryAsync(
            new UsageQuery(s_monday.AddDays(-40), s_monday.AddDays(100), []), Ct);
        all[0].Requests.ShouldBe(12_000);
        all[0].Cost.Nanos.ShouldBe(events.Sum(e => e.Cost.Nanos));
        (await store.Usage.TotalsAsync(Ct)).BalanceSum.Nanos.ShouldBe(0);
    }

    [Fact]
    public async Task Readers_see_whole_batches_while_the_writer_writes()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        const int Batches = 25;
        const int BatchSize = 50;
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(
            async () =>
            {
                var reads = 0;
                // At least once: on a busy machine the writer may be done before a reader has begun.
                do
                {
                    var totals = await store.Usage.TotalsAsync(Ct);
                    (totals.Requests % BatchSize).ShouldBe(0);
                    totals.BalanceSum.Nanos.ShouldBe(0);
                    totals.Expense.ShouldBe(totals.Cost);
                    await store.Usage.RequestsAsync(new RequestQuery { Limit = 20 }, Ct);
                    reads++;
                }
                while (!done.IsCancellationRequested);

                return reads;
            },
            Ct)).ToList();
        var random = new RandomEvents(6);
        for (var batch = 0; batch < Batches; batch++)
        {
            await store.Usage.ApplyAsync(
                "n1", batch, batch + 1, random.Many(BatchSize, s_monday, s_monday.AddDays(1)), Ct);
        }

        await done.CancelAsync();
        (await Task.WhenAll(readers)).ShouldAllBe(reads => reads > 0);
        (await store.Usage.TotalsAsync(Ct)).Requests.ShouldBe(Batches * BatchSize);
    }

    [Fact]
    public async Task Several_nodes_write_at_once_without_losing_or_blocking_each_other()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await using var other = await database.OpenAsync();
        var work = Enumerable.Range(0, 4).Select(node => Task.Run(
            async () =>
            {
                var random = new RandomEvents(100 + node);
                for (var batch = 0; batch < 15; batch++)
                {
                    await (node % 2 == 0 ? store : other).Usage.ApplyAsync(
                        $"n{node}", batch, batch + 1, random.Many(40, s_monday, s_monday.AddDays(1)), Ct);
                }
            },
            Ct));
        await Task.WhenAll(work);

        var totals = await store.Usage.TotalsAsync(Ct);
        totals.Requests.ShouldBe(4 * 15 * 40);
        totals.BalanceSum.Nanos.ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from usage")).ShouldBe(totals.Requests);
    }

    private static List<string> DocumentedChecks()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Assay.slnx")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Not within the repository.");
        }

        var sql = File.ReadAllText(Path.Combine(root, "docs", "store.md")).Split("```sql")[1].Split("```")[0];
        return [.. sql.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
    }
}

public sealed class SqliteUsageStoreTests : UsageStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresUsageStoreTests(PostgresDatabase postgres) : UsageStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();

    [Fact]
    public async Task A_connection_that_is_killed_within_the_transaction_leaves_no_trace()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var start = new DateTimeOffset(2026, 8, 17, 0, 0, 0, TimeSpan.Zero);
        var batch = new RandomEvents(7).Many(100, start, start.AddDays(1));
        await using var other = database.Connect();
        await other.OpenAsync(ct);
        await using (var transaction = await other.BeginTransactionAsync(ct))
        {
            // The balances are written last: attempts and rollups are there, and nothing is committed.
            await other.ExecuteAsync("lock table balance in exclusive mode", transaction: transaction);
            var applying = store.Usage.ApplyAsync("n1", 0, 10, batch, ct).AsTask();
            while (await other.ExecuteScalarAsync<int>(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                + "where datname = current_database() and wait_event_type = 'Lock'") == 0)
            {
                applying.IsCompleted.ShouldBeFalse();
            }

            await Should.ThrowAsync<NpgsqlException>(applying);
        }

        (await store.Usage.WatermarkAsync("n1", ct)).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from usage")).ShouldBe(0);
        await store.Usage.ApplyAsync("n1", 0, 10, batch, ct);
        var totals = await store.Usage.TotalsAsync(ct);
        (totals.Requests, totals.BalanceSum.Nanos).ShouldBe((100, 0));
    }
}
