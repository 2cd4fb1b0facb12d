using Assay.Server.Store;
using Assay.Server.Store.Postgres;
using Assay.Server.Store.Sqlite;

namespace Assay.Server.Hosting;

/// <summary>Opens the store that a configuration names and brings its schema up to date.</summary>
internal static class StoreFactory
{
    private const string Postgres = "postgres:";

    /// <param name="isBulk">Whether it is opened to be filled, and nobody asks meanwhile.</param>
    public static async Task<IStore> OpenAsync(AssayConfig config, TimeProvider clock, CancellationToken cancellation, bool isBulk = false)
    {
        var options = new StoreOptions
        {
            TimeZone = TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone),
            UsageRetention = TimeSpan.FromDays(config.Retention.UsageDays),
            Clock = clock,
            IsBulk = isBulk,
        };
        IStore store = config.Store.StartsWith(Postgres, StringComparison.Ordinal)
            ? new PostgresStore(config.Store[Postgres.Length..], options)
            : new SqliteStore(Path.Combine(AssayParts.DataDirectoryOf(config), "assay.db"), options);
        try
        {
            await store.MigrateAsync(cancellation);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
