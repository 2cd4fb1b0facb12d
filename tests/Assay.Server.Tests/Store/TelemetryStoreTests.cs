using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Otlp;
using Assay.Server.Store;

namespace Assay.Server.Tests.Store;

/// <summary>What adding telemetry promises, on either database.</summary>
public abstract class TelemetryStoreTests
{
    private const long Now = 1_790_000_000_000;
    private const long NowNs = Now * 1_000_000;

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Points_are_added_once_over_restarts_and_by_many_at_once()
    {
        await using var database = await NewDatabaseAsync();
        for (var i = 0; i < 2; i++)
        {
            await using var store = await database.OpenAsync();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(async n => await store.Telemetry.AddAsync(
                [Batch(Key("tokens"), (n, 1, 10, 5.5), (n, 1, 20, 8)), Batch(Key("tokens"), (n, 1, 20, 8))], Now, Ct)));
        }

        await using var again = await database.OpenAsync();
        await again.Telemetry.AddAsync([Batch(Key("tokens"), (0, 1, 30, 9))], Now, Ct);

        var sum = (await again.Telemetry.SumsAsync(0, long.MaxValue, Ct)).ShouldHaveSingleItem();
        sum.ShouldBe(new TelemetrySum(Key("tokens"), (4 * 8) + 1, 9));
        (await again.Telemetry.SumsAsync(0, Key("tokens").HourMs, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_that_comes_again_counts_once_and_its_anchors_are_kept()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var batch = new TelemetryBatch { Digest = "d1" };
        batch.Counts.Add((batch.KeyOf(Key("decisions")), 1_000_000));
        batch.Counts.Add((batch.KeyOf(Key("decisions")), 2_000_000));
        batch.Anchors.Add(new Anchor("s1", "", new string('a', 40), Now, "p_ada", "otel", null));

        await store.Telemetry.AddAsync([batch, batch], Now, Ct);
        await store.Telemetry.AddAsync([batch], Now, Ct);

        (await store.Telemetry.SumsAsync(0, long.MaxValue, Ct)).Single().Value.ShouldBe(3);
        (await store.Outcomes.AnchorsAsync(0, long.MaxValue, Ct)).ShouldBe(batch.Anchors);
        await store.Telemetry.ForgetAsync(Now + 1, Now + 1, Ct);
        await store.Telemetry.AddAsync([batch], Now, Ct);
        (await store.Telemetry.SumsAsync(0, long.MaxValue, Ct)).Single().Value.ShouldBe(6);
    }

    [Fact]
    public async Task Thousands_of_series_and_sums_fit_into_one_batch()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var batch = new TelemetryBatch();
        for (var i = 0; i < 4500; i++)
        {
            batch.Points.Add(new SeriesPoint(i * 7919L * (i % 2 == 0 ? 1 : -1), batch.KeyOf(Key($"m{i % 250}")), NowNs, NowNs + 1, i, true));
        }

        await store.Telemetry.AddAsync([batch, batch], Now, Ct);

        var sums = await store.Telemetry.SumsAsync(0, long.MaxValue, Ct);
        sums.Count.ShouldBe(250);
        (sums.Sum(s => s.Value), sums.Sum(s => s.Points)).ShouldBe((4500.0 * 4499 / 2, 4500));
    }

    private static TelemetryKey Key(string metric) =>
        new(Now / 3_600_000 * 3_600_000, "p_ada", "platform", "claude-code", "2.1", metric, "opus", "in|put");

    private static TelemetryBatch Batch(TelemetryKey key, params (int Series, int Start, int Time, double Value)[] points)
    {
        var batch = new TelemetryBatch();
        foreach (var (series, start, time, value) in points)
        {
            batch.Points.Add(new SeriesPoint(series + 1, batch.KeyOf(key), NowNs + start, NowNs + time, value, false));
        }

        return batch;
    }
}

public sealed class SqliteTelemetryStoreTests : TelemetryStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresTelemetryStoreTests(PostgresDatabase postgres) : TelemetryStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
