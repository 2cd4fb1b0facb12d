using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Server.Tests.Store;

/// <summary>
/// What docs/store.md says about speed and size, measured. Not part of the tests:
/// <c>dotnet run -c Release --project tests/Assay.Server.Tests -- --filter-class '*StoreMeasurements' --explicit only</c>.
/// </summary>
public sealed class StoreMeasurements(PostgresDatabase postgres, ITestOutputHelper output)
{
    private const int Events = 120_000;
    private const int WarmUpEvents = 60_000;
    private const string RollupRows = "select (select count(*) from usage_hour) + (select count(*) from usage_day)";

    [Theory(Explicit = true)]
    [InlineData("sqlite", 500, 30)]
    [InlineData("sqlite", 1000, 30)]
    [InlineData("sqlite", 1000, 10_000)]
    [InlineData("postgres", 500, 30)]
    [InlineData("postgres", 1000, 30)]
    [InlineData("postgres", 1000, 10_000)]
    public async Task Cpu_and_bytes_of_an_event(string kind, int batchSize, int people)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = kind == "sqlite" ? new SqliteHarness() : await postgres.NewAsync();
        await using var store = await database.OpenAsync();
        var random = new Random(1);
        var start = new DateTimeOffset(2026, 8, 17, 9, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var batches = Enumerable.Range(0, Events).Select(i => Typical(random, start + (i * 40L), people))
            .Chunk(batchSize).ToList();
        var before = TimeSpan.Zero;
        for (var i = 0; i < batches.Count; i++)
        {
            before = i == WarmUpEvents / batchSize ? Environment.CpuUsage.TotalTime : before;
            await store.Usage.ApplyAsync("n1", i, i + 1, batches[i], ct);
        }

        var cpu = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / (Events - WarmUpEvents);
        long table, rollups, rows;
        if (kind == "sqlite")
        {
            const string Bytes = "select page_count * page_size from pragma_page_count(), pragma_page_size()";
            var all = await database.ScalarAsync<long>(Bytes);
            rows = await database.ScalarAsync<long>(RollupRows);
            await database.ExecuteAsync("drop view usage_named; drop table usage; vacuum");
            rollups = await database.ScalarAsync<long>(Bytes);
            table = all - rollups;
        }
        else
        {
            const string Bytes = "select sum(pg_total_relation_size(oid))::bigint from pg_class where relkind = 'r' and relname ~ ";
            rows = await database.ScalarAsync<long>(RollupRows);
            table = await database.ScalarAsync<long>(Bytes + "'^usage_[0-9]'");
            rollups = await database.ScalarAsync<long>(Bytes + "'^usage_(day|hour)'");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}, batches of {batchSize}, {people} people: {cpu:0.0} us CPU an event; {table / Events} bytes an attempt; "
            + $"{rollups / rows} bytes each of {rows} rollup rows"));
    }

    private static UsageEvent Typical(Random random, long startedAtMs, int people)
    {
        var person = random.Next(people);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(startedAtMs);
        return new UsageEvent
        {
            Id = Guid.CreateVersion7(at),
            RequestId = Guid.CreateVersion7(at),
            StartedAtMs = startedAtMs,
            DurationMs = random.Next(100_000),
            FirstByteMs = random.Next(5_000),
            KeyId = $"k_0198c1f0-0000-7000-8000-{person:000000000000}",
            PersonId = $"p_0198c1f0-0000-7000-8000-{person:000000000000}",
            TeamId = $"team-{person % 50}",
            UseCase = person % 3 == 0 ? "code-review" : "coding",
            Session = $"0198c1f0-0000-7000-8000-{(person * 7L) + random.Next(5):000000000000}",
            Client = "claude-code",
            Operation = "anthropic/messages",
            RequestedModel = "claude-sonnet-5",
            Provider = "anthropic",
            Model = random.Next(4) == 0 ? "claude-haiku-4-5" : "claude-sonnet-5",
            Status = 200,
            Marks = UsageMarks.Streamed,
            Counts = new UsageCounts
            {
                [UsageClass.Input] = random.Next(5_000),
                [UsageClass.CacheRead] = random.Next(100_000),
                [UsageClass.CacheWrite5m] = random.Next(10_000),
                [UsageClass.Output] = random.Next(3_000),
                [UsageClass.Request] = 1,
            },
            Cost = new NanoUsd(random.Next(100_000_000)),
            Reserved = new NanoUsd(random.Next(200_000_000)),
            PriceVersion = "2026-08-21+3f2a",
        };
    }
}
