namespace Assay.Server.Store;

/// <summary>The durable home of usage, rollups, balances and the directory: SQLite or PostgreSQL.</summary>
internal interface IStore : IAsyncDisposable
{
    IUsageStore Usage { get; }

    IDirectoryStore Directory { get; }

    IBudgetRequestStore BudgetRequests { get; }

    INotificationStore Notifications { get; }

    IJudgmentStore Judgments { get; }

    ISignalStore Signals { get; }

    IOutcomeStore Outcomes { get; }

    IGoodhartStore Goodhart { get; }

    ITelemetryStore Telemetry { get; }

    /// <summary>Brings the schema up to this program's. Call once before anything else.</summary>
    /// <exception cref="StoreSchemaException">The database is not one that this program can use; the message says why.</exception>
    ValueTask MigrateAsync(CancellationToken ct = default);
}
