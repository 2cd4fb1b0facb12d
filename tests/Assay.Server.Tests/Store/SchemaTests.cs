using Assay.Server.Store;

namespace Assay.Server.Tests.Store;

/// <summary>How a database becomes and stays this program's, on either kind.</summary>
public abstract class SchemaTests
{
    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static int StepCount => SchemaMigrations.Of("Sqlite").Count;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrating_again_does_nothing()
    {
        await using var database = await NewDatabaseAsync();
        await using (var store = await database.OpenAsync())
        {
            await store.MigrateAsync(Ct);
        }

        var before = await database.ScalarAsync<string>("select max(checksum) from migration");
        await using var again = await database.OpenAsync();

        (await database.ScalarAsync<long>("select count(*) from migration")).ShouldBe(StepCount);
        (await database.ScalarAsync<string>("select max(checksum) from migration")).ShouldBe(before);
    }

    [Fact]
    public async Task Many_nodes_that_start_at_once_migrate_once()
    {
        await using var database = await NewDatabaseAsync();

        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => database.OpenAsync(), Ct)));

        (await database.ScalarAsync<long>("select count(*) from migration")).ShouldBe(StepCount);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_migration_that_was_changed_after_it_was_applied_is_named()
    {
        await using var database = await NewDatabaseAsync();
        await (await database.OpenAsync()).DisposeAsync();
        await database.ExecuteAsync("update migration set checksum = 'other' where number = 2");

        var refused = await Should.ThrowAsync<StoreSchemaException>(() => database.OpenAsync());

        refused.Message.ShouldStartWith("The migration 0002_directory was changed after this database applied it");
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_left_alone()
    {
        await using var database = await NewDatabaseAsync();
        await (await database.OpenAsync()).DisposeAsync();
        await database.ExecuteAsync("insert into migration values (9999, '9999_future', 'x', 0)");

        var refused = await Should.ThrowAsync<StoreSchemaException>(() => database.OpenAsync());

        refused.Message.ShouldStartWith("The database is newer than this program: it has the migration 9999_future");
    }

    [Fact]
    public async Task Another_time_zone_than_that_of_the_days_is_refused()
    {
        await using var database = await NewDatabaseAsync();
        var berlin = new StoreOptions { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };
        await (await database.OpenAsync(berlin)).DisposeAsync();

        var refused = await Should.ThrowAsync<StoreSchemaException>(() => database.OpenAsync());

        refused.Message.ShouldEndWith("set the time zone to Europe/Berlin.");
    }
}

public sealed class SqliteSchemaTests : SchemaTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresSchemaTests(PostgresDatabase postgres) : SchemaTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
