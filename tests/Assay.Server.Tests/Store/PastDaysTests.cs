using Assay.Server.Store;
using Assay.Server.Store.Sqlite;
using Assay.Testing;

namespace Assay.Server.Tests.Store;

/// <summary>What is kept of past days, and when it is forgotten.</summary>
public sealed class PastDaysTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 20, 15, 0, 0, TimeSpan.Zero);
    private readonly System.IO.DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("assay-past-");
    private readonly ManualTime _clock = new(s_now);
    private SqliteUsageStore _inner = null!;
    private SqliteStore _store = null!;
    private PastDays _days = null!;
    private long _position;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new StoreOptions { Clock = _clock };
        _store = new SqliteStore(Path.Combine(_folder.FullName, "assay.db"), options);
        await _store.MigrateAsync(Ct);
        _inner = new SqliteUsageStore(_store, options);
        _days = new PastDays(_inner, options, TimeSpan.Zero);
        await ApplyAsync(_days, s_now.AddDays(-3), 5);
    }

    public async ValueTask DisposeAsync()
    {
        _inner.Dispose();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Todays_calls_are_seen_at_once_also_those_of_another_node()
    {
        (await CostAsync()).ShouldBe(5);
        await ApplyAsync(_inner, s_now.AddMinutes(-1), 7);
        (await CostAsync()).ShouldBe(12);
    }

    [Fact]
    public async Task What_this_process_posts_to_a_past_day_is_seen_at_once()
    {
        (await CostAsync()).ShouldBe(5);
        await ApplyAsync(_days, s_now.AddDays(-2), 7);
        (await CostAsync()).ShouldBe(12);
    }

    [Fact]
    public async Task What_another_node_posts_to_a_past_day_is_seen_when_the_kept_sum_is_old()
    {
        (await CostAsync()).ShouldBe(5);
        await ApplyAsync(_inner, s_now.AddDays(-2), 7);
        (await CostAsync()).ShouldBe(5);
        _clock.Advance(TimeSpan.FromMinutes(10));
        (await CostAsync()).ShouldBe(12);
    }

    [Fact]
    public async Task Other_questions_get_their_own_sums_and_the_order_of_one_question()
    {
        await ApplyAsync(_days, s_now.AddDays(-2), 7, "p_bob");
        await ApplyAsync(_days, s_now.AddMinutes(-1), 3);
        var people = await _days.QueryAsync(Query(UsageDimension.Person), Ct);
        people.Select(row => (row.Group[0], row.Cost.Nanos)).ShouldBe([("p_ada", 8), ("p_bob", 7)]);
        var one = await _days.QueryAsync(Query() with { Filter = new UsageFilter { PersonId = "p_bob" } }, Ct);
        one.Single().Cost.Nanos.ShouldBe(7);
        (await _days.QueryAsync(Query(UsageDimension.Day) with { Limit = 2 }, Ct)).Select(row => row.Group[0]).ShouldBe(["2026-11-17", "2026-11-18"]);
    }

    private static UsageQuery Query(params UsageDimension[] group) => new(s_now.AddDays(-30), s_now.AddDays(1), group);

    private async Task<long> CostAsync() => (await _days.QueryAsync(Query(), Ct)).Single().Cost.Nanos;

    private async Task ApplyAsync(IUsageStore store, DateTimeOffset at, long nanos, string person = "p_ada") => await store.ApplyAsync(
        "n1", _position, ++_position, [RandomEvents.One(at.ToUnixTimeMilliseconds(), person, nanos)], Ct);
}
