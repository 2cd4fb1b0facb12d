using System.Data.Common;
using Assay.Server.Directory;
using Dapper;

namespace Assay.Server.Store;

/// <summary>The directory in either database.</summary>
internal sealed class SqlDirectoryStore(ISqlDialect dialect, StoreOptions options) : IDirectoryStore
{
    public async ValueTask<long> VersionAsync(CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        return await connection.QuerySingleAsync<long>(
            new CommandDefinition("select version from directory", cancellationToken: ct));
    }

    public async ValueTask<DirectoryData> LoadAsync(CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        await using var snapshot = await dialect.BeginSnapshotAsync(connection, ct);
        var version = await connection.QuerySingleAsync<long>(
            new CommandDefinition("select version from directory", transaction: snapshot, cancellationToken: ct));
        return new DirectoryData(
            version,
            await DirectoryTables.Teams.LoadAsync(snapshot, ct),
            await DirectoryTables.People.LoadAsync(snapshot, ct),
            await DirectoryTables.Agents.LoadAsync(snapshot, ct),
            await DirectoryTables.Keys.LoadAsync(snapshot, ct),
            await DirectoryTables.Budgets.LoadAsync(snapshot, ct))
        {
            Grants = await DirectoryTables.Grants.LoadAsync(snapshot, ct),
            RateLimits = await DirectoryTables.RateLimits.LoadAsync(snapshot, ct),
            Experiments = await DirectoryTables.Experiments.LoadAsync(snapshot, ct),
        };
    }

    public ValueTask<long> ChangeAsync(
        IReadOnlyList<DirectoryChange> changes, string actor, CancellationToken ct = default) =>
        dialect.WriteAsync(
            async transaction => await ChangeWithinAsync(
                transaction, await LockAsync(transaction, ct), changes, actor, ct),
            ct);

    /// <summary>The directory's version, after which every other change waits until this transaction is done.</summary>
    internal static async ValueTask<long> LockAsync(DbTransaction transaction, CancellationToken ct) =>
        await transaction.Connection!.QuerySingleAsync<long>(new CommandDefinition(
            "update directory set version = version returning version",
            transaction: transaction,
            cancellationToken: ct));

    /// <summary>Makes the changes in a transaction that has the lock, and returns the new version.</summary>
    internal async ValueTask<long> ChangeWithinAsync(
        DbTransaction transaction,
        long version,
        IReadOnlyList<DirectoryChange> changes,
        string actor,
        CancellationToken ct)
    {
        var guard = await AllocationGuard.BeforeAsync(transaction, changes, ct);
        var writer = new DirectoryWriter(transaction, ct);
        var isChanged = false;
        foreach (var change in changes)
        {
            if (await writer.ApplyAsync(change) is { } done)
            {
                isChanged = true;
                await AddAuditAsync(transaction, version + 1, actor, change.GetType().Name, done, ct);
            }
        }

        if (!isChanged)
        {
            return version;
        }

        if (guard is not null)
        {
            await guard.AfterAsync(transaction, ct);
        }

        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "update directory set version = version + 1", transaction: transaction, cancellationToken: ct));
        return version + 1;
    }

    public async ValueTask<IReadOnlyList<AuditEntry>> AuditAsync(long? after, int limit, CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        var parameters = new DynamicParameters(new { limit = Math.Clamp(limit, 1, RequestQuery.LimitMax) });
        parameters.Add("after", after ?? long.MaxValue);

        using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            "select id, at_ms, version, actor, action, subject, old_record, new_record from audit "
            + "where id < @after order by id desc limit @limit",
            parameters,
            cancellationToken: ct));
        var entries = new List<AuditEntry>();
        while (await reader.ReadAsync(ct))
        {
            entries.Add(new AuditEntry(
                reader.GetInt64(0),
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetString(3),
                reader.GetString(4),
                reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.IsDBNull(7) ? null : reader.GetString(7)));
        }

        return entries;
    }

    /// <summary>Stores a record and who changed it, in one transaction.</summary>
    /// <param name="before">The record as it was; null if it is new.</param>
    internal async ValueTask PutAsync<T>(
        DbTransaction transaction,
        DirectoryTable<T> table,
        long version,
        T? before,
        T after,
        string action,
        string actor,
        CancellationToken ct)
        where T : class
    {
        await table.PutAsync(transaction, after, ct);
        await AddAuditAsync(
            transaction,
            version,
            actor,
            action,
            new DirectoryDifference(table.Subject(table.Id(after)), table.ToJson(before), table.ToJson(after)),
            ct);
    }

    internal async ValueTask AddAuditAsync(
        DbTransaction transaction,
        long version,
        string actor,
        string action,
        DirectoryDifference done,
        CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "insert into audit (at_ms, version, actor, action, subject, old_record, new_record) "
            + "values (@atMs, @version, @actor, @action, @Subject, @Before, @After)",
            new
            {
                atMs = options.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
                version,
                actor,
                action,
                done.Subject,
                done.Before,
                done.After,
            },
            transaction,
            cancellationToken: ct));
    }
}
