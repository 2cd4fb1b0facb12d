using System.Data.Common;
using Assay.Server.Store;
using Assay.Server.Store.Postgres;
using Assay.Server.Tests.Store;
using Assay.Testing;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresDatabase))]

namespace Assay.Server.Tests.Store;

/// <summary>The PostgreSQL that all tests of this assembly share; started by the first that needs it.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresCluster>> _cluster = new(() => PostgresCluster.StartNewAsync());

    internal async ValueTask<StoreHarness> NewAsync()
    {
        Assert.SkipUnless(PostgresCluster.IsInstalled, PostgresCluster.HowToInstall);
        var cluster = await _cluster.Value;
        return new PostgresHarness(await cluster.CreateDatabaseAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated)
        {
            await (await _cluster.Value).DisposeAsync();
        }
    }
}

internal sealed class PostgresHarness(string connectionString) : StoreHarness
{
    public override IStore Create(StoreOptions options) =>
        new PostgresStore(connectionString + ";Maximum Pool Size=8", options);

    public override DbConnection Connect() => new NpgsqlConnection(connectionString + ";Pooling=false");

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
