using Assay.Server.Outcomes.Goodhart;

namespace Assay.Server.Tests.Store;

/// <summary>What metrics, samples and ratings promise, on either database.</summary>
public abstract class GoodhartStoreTests
{
    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_samples_and_ratings_are_kept_once_and_a_metric_leaves_a_row_in_the_audit()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var metric = new GoodhartMetric
        {
            Id = "merged",
            Name = "Merged changes",
            Measure = MetricMeasure.Accepted,
            Gold = MetricGold.Tickets,
            CounterMetric = "settled rate",
            OwnerId = "p_root",
            TargetMs = 5,
            CreatedMs = 6,
        };
        (await store.Goodhart.AddAsync(metric, "p_root", Ct)).ShouldBeTrue();
        (await store.Goodhart.AddAsync(metric with { Name = "Other" }, "p_root", Ct)).ShouldBeFalse();
        (await store.Goodhart.MetricsAsync(Ct)).ShouldBe([metric]);
        (await store.Directory.AuditAsync(null, 10, Ct)).ShouldContain(a => a.Subject == "metric:merged" && a.Action == "RegisterMetric");

        (await store.Goodhart.DrawAsync([new("o1", 10, 100), new("o2", 20, 100)], Ct)).ShouldBe(2);
        (await store.Goodhart.DrawAsync([new("o2", 20, 200), new("o3", 30, 200)], Ct)).ShouldBe(1);
        (await store.Goodhart.SamplesAsync(20, 40, Ct)).ShouldBe([new("o2", 20, 100), new("o3", 30, 200)]);

        (await store.Goodhart.RateAsync("o2", "ada", 4, Ct)).ShouldBe(true);
        (await store.Goodhart.RateAsync("o2", "ada", 1, Ct)).ShouldBe(false);
        (await store.Goodhart.RateAsync("o2", "bob", 2, Ct)).ShouldBe(true);
        (await store.Goodhart.RateAsync("none", "ada", 1, Ct)).ShouldBeNull();
        (await store.Goodhart.UnratedAsync("ada", 10, Ct)).Select(s => s.OutcomeId).ShouldBe(["o1", "o3"]);
        (await store.Goodhart.RatingsAsync(0, 30, Ct)).ShouldBe([(20, 4), (20, 2)]);
        (await store.Goodhart.RatingsAsync(21, 30, Ct)).ShouldBeEmpty();
    }
}

public sealed class SqliteGoodhartStoreTests : GoodhartStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresGoodhartStoreTests(PostgresDatabase postgres) : GoodhartStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
