using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Assay.Server.Store.Sqlite;

/// <summary>The embedded store: one file, one writing connection, and a read-only connection for each question.</summary>
internal sealed class SqliteStore : IStore, ISqlDialect
{
    /// <summary>Questions at once; more wait. Each reads as fast as a core can.</summary>
    private const int ReadersMax = 4;

    private readonly StoreOptions _options;
    private readonly BlockingThreads _reading = new("sqlite reader", ReadersMax);
    private readonly SqliteConnection _writer;
    private readonly string _readerString;
    private readonly SqliteUsageStore _usage;

    public SqliteStore(string path, StoreOptions options)
    {
        _options = options;
        _writer = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 10,
        }.ToString());
        _readerString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            DefaultTimeout = 30,
        }.ToString();
        _usage = new SqliteUsageStore(this, options);
        Usage = new PastDays(_usage, options, PastDays.WorthKeeping);
        var directory = new SqlDirectoryStore(this, options);
        Directory = directory;
        BudgetRequests = new SqlBudgetRequestStore(this, directory, options);
        Notifications = new SqlNotificationStore(this);
        Judgments = new SqlJudgmentStore(this, directory, options);
        Signals = new SqlSignalStore(this, directory, options);
        Outcomes = new SqlOutcomeStore(this, options);
        Goodhart = new SqlGoodhartStore(this, directory, options);
        Telemetry = new SqlTelemetryStore(this);
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

    /// <summary>Whoever uses <see cref="Writer"/> goes through it first.</summary>
    public SemaphoreSlim WriterGate { get; } = new(1, 1);

    /// <summary>Where whoever writes does it. Two, so that what one goes on to do when it has written does not hold up the next.</summary>
    public BlockingThreads Writing { get; } = new("sqlite writer", 2);

    /// <summary>The one connection that writes.</summary>
    public SqliteConnection Writer => _writer.State == ConnectionState.Open
        ? _writer
        : throw new InvalidOperationException("MigrateAsync comes first.");

    public async ValueTask MigrateAsync(CancellationToken ct = default)
    {
        if (_writer.State != ConnectionState.Open)
        {
            _writer.Open();
        }

        // FULL: a commit is on the disk when it returns. The journal alone would allow NORMAL for usage, but then
        // segments could be deleted only after a checkpoint, and a key whose secret was shown could vanish. The
        // projector commits at most a few times a second, so the fsync costs nothing that anybody waits for.
        // Checkpoints are seldom, since rollups and indexes rewrite the same pages batch after batch.
        _writer.Execute("""
            pragma journal_mode = wal;
            pragma synchronous = full;
            pragma foreign_keys = on;
            pragma busy_timeout = 10000;
            pragma wal_autocheckpoint = 8000;
            pragma journal_size_limit = 67108864;
            pragma cache_size = -32768;
            """);
        if (_options.IsBulk)
        {
            _writer.Execute("pragma cache_size = -1048576; pragma wal_autocheckpoint = 64000;");
        }

        await using var transaction = _writer.BeginTransaction(deferred: false);
        await SchemaMigrations.ApplyAsync(
            transaction,
            SchemaMigrations.Of("Sqlite"),
            _options.TimeZone,
            _options.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        await transaction.CommitAsync(ct);
    }

    // Whoever asks goes over to a thread of the store, since every question blocks until it is answered.
    public async ValueTask<DbConnection> OpenReaderAsync(CancellationToken ct)
    {
        await _reading.Enter();
        var reader = new SqliteConnection(_readerString);
        reader.Open();
        return reader;
    }

    public ValueTask<DbTransaction> BeginSnapshotAsync(DbConnection reader, CancellationToken ct) =>
        new(((SqliteConnection)reader).BeginTransaction(deferred: true));

    public async ValueTask<T> WriteAsync<T>(Func<DbTransaction, ValueTask<T>> work, CancellationToken ct)
    {
        await WriterGate.WaitAsync(ct);
        try
        {
            await Writing.Enter();
            await using var transaction = Writer.BeginTransaction(deferred: false);
            var result = await work(transaction);
            await transaction.CommitAsync(ct);
            return result;
        }
        finally
        {
            WriterGate.Release();
        }
    }

    // One connection writes at a time.
    public string SkipLocked => "";

    public string Lower(string column) => $"lower({column})";

    public string IsAmongOrNotAscii(string column, string parameter) =>
        $"({Lower(column)} in (select value from json_each(@{parameter})) or {column} glob '*[^ -~]*')";

    public string IsIn(string column, string question) => $"{column} in ({question})";

    // Big-endian, so that ids made later sort later.
    public object ToParameter(Guid id) => id.ToByteArray(bigEndian: true);

    public Guid ReadGuid(DbDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column), bigEndian: true);

    public async ValueTask DisposeAsync()
    {
        await WriterGate.WaitAsync();
        _usage.Dispose();
        await _writer.DisposeAsync();
        WriterGate.Dispose();
        Writing.Dispose();
        _reading.Dispose();
        using var reader = new SqliteConnection(_readerString);
        SqliteConnection.ClearPool(reader);
    }
}
