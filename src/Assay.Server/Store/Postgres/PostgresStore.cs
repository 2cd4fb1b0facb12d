using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;

namespace Assay.Server.Store.Postgres;

/// <summary>The store that many nodes share.</summary>
internal sealed class PostgresStore : IStore, ISqlDialect
{
    // "assay" in ASCII: the advisory lock under which one node at a time changes the schema.
    internal const long SchemaLock = 0x61_73_73_61_79;

    private readonly StoreOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresUsageStore _usage;

    /// <param name="connectionString">As Npgsql takes it: <c>Host=…;Database=…;Username=…</c>.</param>
    public PostgresStore(string connectionString, StoreOptions options)
    {
        _options = options;
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "assay" };

        // Batches and pages ask the same few questions again and again.
        builder.MaxAutoPrepare = builder.MaxAutoPrepare == 0 ? 64 : builder.MaxAutoPrepare;
        builder.AutoPrepareMinUsages = 2;
        _source = NpgsqlDataSource.Create(builder);
        _usage = new PostgresUsageStore(this, _source, options);
        Usage = new PastDays(_usage, options, PastDays.WorthKeeping);
        var directory = new SqlDirectoryStore(this, options);
        Directory = directory;
        BudgetRequests = new SqlBudgetRequestStore(this, directory, options);
        Notifications = new SqlNotificationStore(this);
        Judgments = new SqlJudgmentStore(this, directory, options);
        Signals = new SqlSignalStore(this, directory, options);
        Outcomes = new SqlOutcomeStore(this, options);
        Goodhart = new SqlGoodhartStore(this, directory, options);
        Telemetry = new PostgresTelemetryStore(this);
    }

    public IUsageStore Usage { get; }

    public IDirectoryStore Directory { get; }

    public IBudgetRequestStore BudgetRequests { get; }

    public INotificationStore Notifications { get; }

    public IJudgmentStore Judgments { get; }

    public ISignalStore Signals { get; }

    public IOutcomeStore Outcomes { get; }

    public IGoodhartStore Goodhart { get; }

    public ITelemetryStore Telemetry { get; }

    public async ValueTask MigrateAsync(CancellationToken ct = default)
    {
        await using (var connection = await _source.OpenConnectionAsync(ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await connection.ExecuteAsync(
                "select pg_advisory_xact_lock(@SchemaLock)", new { SchemaLock }, transaction);
            await SchemaMigrations.ApplyAsync(
                transaction,
                SchemaMigrations.Of("Postgres"),
                _options.TimeZone,
                _options.Clock.GetUtcNow().ToUnixTimeMilliseconds());
            await transaction.CommitAsync(ct);
        }

        await Usage.MaintainAsync(ct);
    }

    public async ValueTask<DbConnection> OpenReaderAsync(CancellationToken ct) => await _source.OpenConnectionAsync(ct);

    public async ValueTask<DbTransaction> BeginSnapshotAsync(DbConnection reader, CancellationToken ct) =>
        await reader.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);

    public async ValueTask<T> WriteAsync<T>(Func<DbTransaction, ValueTask<T>> work, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await work(transaction);
        await transaction.CommitAsync(ct);
        return result;
    }

    public string SkipLocked => " for update skip locked";

    public string Lower(string column) => $"lower({column} collate \"C\")";

    public string IsAmongOrNotAscii(string column, string parameter) =>
        $"({Lower(column)} in (select jsonb_array_elements_text(cast(@{parameter} as jsonb))) or {column} ~ '[^ -~]')";

    // As an array it is asked once, before anything is read; of a join, the planner guesses how many there are.
    public string IsIn(string column, string question) => $"{column} = any (array({question}))";

    public object ToParameter(Guid id) => id;

    public Guid ReadGuid(DbDataReader reader, int column) => reader.GetGuid(column);

    public async ValueTask DisposeAsync()
    {
        _usage.Dispose();
        await _source.DisposeAsync();
    }
}
