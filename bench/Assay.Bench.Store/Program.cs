using System.Data.Common;
using System.Globalization;
using Assay.Bench.Store;
using Assay.Server.Store;
using Assay.Server.Store.Postgres;
using Assay.Server.Store.Sqlite;
using Assay.Testing;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

// dotnet run -c Release --project bench/Assay.Bench.Store
const int Events = 120_000;
const int WarmUpEvents = 60_000;
(int BatchSize, int People)[] shapes = [(500, 30), (1000, 30), (1000, 10_000)];
foreach (var (batchSize, people) in shapes)
{
    var directory = System.IO.Directory.CreateTempSubdirectory("assay-bench-");
    var path = Path.Combine(directory.FullName, "assay.db");
    await using (var store = new SqliteStore(path, new StoreOptions()))
    {
        var cpu = await MeasureAsync(store, batchSize, people);
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        const string Bytes = "select page_count * page_size from pragma_page_count(), pragma_page_size()";
        var all = await connection.ExecuteScalarAsync<long>(Bytes);
        var rows = await RollupRowsAsync(connection);
        await connection.ExecuteAsync("drop view usage_named; drop table usage; vacuum");
        var rollups = await connection.ExecuteScalarAsync<long>(Bytes);
        Print("sqlite", batchSize, people, cpu, all - rollups, rollups, rows);
    }

    directory.Delete(recursive: true);
}

if (!PostgresCluster.IsInstalled)
{
    Console.WriteLine(PostgresCluster.HowToInstall);
    return;
}

await using var cluster = await PostgresCluster.StartNewAsync();
foreach (var (batchSize, people) in shapes)
{
    var database = await cluster.CreateDatabaseAsync();
    await using var store = new PostgresStore(database, new StoreOptions());
    var cpu = await MeasureAsync(store, batchSize, people);
    await using var connection = new NpgsqlConnection(database + ";Pooling=false");
    const string Bytes = "select sum(pg_total_relation_size(oid))::bigint from pg_class where relkind = 'r' and relname ~ ";
    var table = await connection.ExecuteScalarAsync<long>(Bytes + "'^usage_[0-9]'");
    var rollups = await connection.ExecuteScalarAsync<long>(Bytes + "'^usage_(day|hour)'");
    Print("postgres", batchSize, people, cpu, table, rollups, await RollupRowsAsync(connection));
}

static async Task<double> MeasureAsync(IStore store, int batchSize, int people)
{
    await store.MigrateAsync();
    var random = new Random(1);
    var start = new DateTimeOffset(2026, 8, 17, 9, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    var batches = Enumerable.Range(0, Events)
        .Select(i => TypicalEvents.Next(random, start + (i * 40L), people)).Chunk(batchSize).ToList();
    var before = TimeSpan.Zero;
    for (var i = 0; i < batches.Count; i++)
    {
        before = i == WarmUpEvents / batchSize ? Environment.CpuUsage.TotalTime : before;
        await store.Usage.ApplyAsync("n1", i, i + 1, batches[i]);
    }

    return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / (Events - WarmUpEvents);
}

static Task<long> RollupRowsAsync(DbConnection connection) => connection.ExecuteScalarAsync<long>(
    "select (select count(*) from usage_hour) + (select count(*) from usage_day)");

static void Print(string kind, int batchSize, int people, double cpu, long table, long rollups, long rows) =>
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{kind}, batches of {batchSize}, {people} people: {cpu:0.0} us CPU an event; {table / Events} bytes an attempt; "
        + $"{rollups / rows} bytes each of {rows} rollup rows"));
