using System.Data.Common;
using Dapper;

namespace Assay.Server.Store;

/// <summary>
/// Questions and commands in plain SQL, with rows read by hand. A reader of Dapper's is disposed by <c>using</c>, never by
/// <c>await using</c>: that leaves the command behind, and a connection that lives as long as the process searches all that
/// it ever left behind at each further command.
/// </summary>
internal static class SqlReading
{
    /// <summary>All rows of a question.</summary>
    public static async ValueTask<List<T>> ReadAsync<T>(
        this ISqlDialect dialect, string sql, object parameters, Func<DbDataReader, T> read, CancellationToken ct)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
        return await AllAsync(reader, read, ct);
    }

    /// <summary>All rows of a question within a transaction.</summary>
    public static async ValueTask<List<T>> ReadAsync<T>(
        this DbTransaction transaction, string sql, object parameters, Func<DbDataReader, T> read, CancellationToken ct)
    {
        using var reader = await transaction.Connection!.ExecuteReaderAsync(
            new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));
        return await AllAsync(reader, read, ct);
    }

    /// <summary>How many rows a command touched.</summary>
    public static Task<int> ExecuteAsync(this DbTransaction transaction, string sql, object parameters, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));

    private static async ValueTask<List<T>> AllAsync<T>(DbDataReader reader, Func<DbDataReader, T> read, CancellationToken ct)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
