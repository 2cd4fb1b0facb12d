using System.Data.Common;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Assay.Server.Tests.Store;

/// <summary>One database, new and empty, that a test opens as often as it likes.</summary>
internal abstract class StoreHarness : IAsyncDisposable
{
    /// <summary>Opens the store as a process would, and brings it up to date.</summary>
    public async Task<IStore> OpenAsync(StoreOptions? options = null)
    {
        var store = Create(options ?? new StoreOptions());
        await store.MigrateAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public abstract IStore Create(StoreOptions options);

    /// <summary>A connection of the test's own, past the store.</summary>
    public abstract DbConnection Connect();

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return await connection.ExecuteScalarAsync<T>(sql);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql);
    }

    public abstract ValueTask DisposeAsync();
}

internal sealed class SqliteHarness : StoreHarness
{
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("assay-store-").FullName;

    public string Path => System.IO.Path.Combine(_directory, "assay.db");

    public override IStore Create(StoreOptions options) => new SqliteStore(Path, options);

    public override DbConnection Connect() => new SqliteConnection($"Data Source={Path};Pooling=false");

    public override ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
