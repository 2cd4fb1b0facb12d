using Assay.Ledger.Usage;
using Assay.Server.Outcomes;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;
using Dapper;

namespace Assay.Bench.Exports;

/// <summary>
/// Fills a store through the door that the projector uses, with hundreds of its batches in one: attempts, hours, days and
/// balances come from the same code, each sum is only written less often. SQLite gets a cache for its indexes and is not
/// synced meanwhile.
/// </summary>
internal static class RowsFill
{
    private const int AtOnceSqlite = 200_000;
    private const int AtOncePostgres = 20_000;
    private const double DayMs = 86_400_000.0;

    public static async Task<RowEvents> RunAsync(IStore store, long startMs, int rows, int people, int days, Action<int> told)
    {
        var (events, step) = (new RowEvents(startMs, people, days), days * DayMs / rows);
        var sqlite = (store as SqliteStore)?.Writer;
        sqlite?.Execute("pragma synchronous = off; pragma cache_size = -1000000; pragma wal_autocheckpoint = 100000");
        var batch = new List<UsageEvent>();
        var atOnce = sqlite is null ? AtOncePostgres : AtOnceSqlite;
        for (var at = 0; at < rows; at += atOnce)
        {
            batch.Clear();
            for (var i = at; i < Math.Min(at + atOnce, rows); i++)
            {
                batch.Add(events.Next(startMs + (long)(i * step)));
            }

            await store.Usage.ApplyAsync("bench", at, at + batch.Count, batch);
            told(at + batch.Count);
        }

        for (var day = 0; day < days; day++)
        {
            var (changes, anchors) = events.ChangesOf(day);
            await store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = changes, Anchors = anchors });
        }

        sqlite?.Execute("pragma wal_checkpoint(truncate); pragma synchronous = full; pragma cache_size = -32768; pragma wal_autocheckpoint = 8000");
        return events;
    }

    /// <summary>What docs/store.md says holds at any moment: attempts, days, hours and balances are the same.</summary>
    public static async Task<bool> HoldsAsync(ISqlDialect dialect, RowEvents events, long rows)
    {
        await using var connection = await dialect.OpenReaderAsync(CancellationToken.None);
        var (attempts, cost) = await connection.QuerySingleAsync<(long, long)>("select count(*), cast(sum(cost) as bigint) from usage");
        var (ofDays, costOfDays) = await connection.QuerySingleAsync<(long, long)>("select cast(sum(requests) as bigint), cast(sum(cost) as bigint) from usage_day");
        var (ofHours, costOfHours) = await connection.QuerySingleAsync<(long, long)>("select cast(sum(requests) as bigint), cast(sum(cost) as bigint) from usage_hour");
        var balances = await connection.QuerySingleAsync<long>("select cast(sum(amount) as bigint) from balance");
        var expenses = await connection.QuerySingleAsync<long>("select cast(sum(amount) as bigint) from balance where account like 'expense:%'");
        return attempts == rows && ofDays == rows && ofHours == rows && cost == events.Nanos && costOfDays == cost && costOfHours == cost
            && balances == 0 && expenses == cost;
    }
}
