using System.Data.Common;
using System.Text.Json;
using Dapper;

namespace Assay.Server.Store;

/// <summary>How one kind of record of the directory is kept: the columns, both ways, and what an audit may show.</summary>
/// <param name="Kind">As in the audit's subjects: <c>team</c> in <c>team:platform</c>.</param>
/// <param name="Public">The record without secrets.</param>
internal sealed record DirectoryTable<T>(
    string Kind,
    string Table,
    string[] Columns,
    Func<T, string> Id,
    Func<DbDataReader, T> Read,
    Func<T, object?[]> Values,
    Func<T, object> Public)
    where T : class
{
    public string Subject(string id) => $"{Kind}:{id}";

    public string? ToJson(T? record) => record is null ? null : JsonSerializer.Serialize(Public(record), JsonSerializerOptions.Web);

    public ValueTask<List<T>> LoadAsync(DbTransaction transaction, CancellationToken ct) =>
        LoadWhereAsync(transaction, null, null, ct);

    /// <param name="condition">Our own SQL, with parameters for everything that comes from outside; null for every record.</param>
    public async ValueTask<List<T>> LoadWhereAsync(
        DbTransaction transaction, string? condition, object? parameters, CancellationToken ct)
    {
        using var reader = await transaction.Connection!.ExecuteReaderAsync(new CommandDefinition(
            $"select {string.Join(", ", Columns)} from {Table} {(condition is null ? "" : "where " + condition)} order by id",
            parameters,
            transaction,
            cancellationToken: ct));
        var records = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            records.Add(Read(reader));
        }

        return records;
    }

    public async ValueTask<T?> FindAsync(DbTransaction transaction, string id, CancellationToken ct) =>
        (await LoadWhereAsync(transaction, "id = @id", new { id }, ct)).FirstOrDefault();

    public async ValueTask PutAsync(DbTransaction transaction, T record, CancellationToken ct)
    {
        var parameters = new DynamicParameters();
        var values = Values(record);
        for (var i = 0; i < values.Length; i++)
        {
            parameters.Add(Columns[i], values[i]);
        }

        var updates = Columns.Skip(1).Select(column => $"{column} = excluded.{column}");
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"insert into {Table} ({string.Join(", ", Columns)}) values (@{string.Join(", @", Columns)}) "
            + $"on conflict (id) do update set {string.Join(", ", updates)}",
            parameters,
            transaction,
            cancellationToken: ct));
    }
}
