using System.Data.Common;
using Assay.Server.Outcomes.Otlp;
using Npgsql;
using NpgsqlTypes;

namespace Assay.Server.Store.Postgres;

/// <summary>
/// Telemetry in PostgreSQL: thousands of series are read and written as one array for each column, by statements prepared once.
/// As text with their numbers in it, reading the statement cost more than running it.
/// </summary>
internal sealed class PostgresTelemetryStore(ISqlDialect dialect) : SqlTelemetryStore(dialect)
{
    private const string Read =
        "select id, start_ns, time_ns, value, before1_ns, before2_ns, before3_ns from telemetry_series where id = any($1)";

    private const string Write =
        "insert into telemetry_series (id, start_ns, time_ns, value, before1_ns, before2_ns, before3_ns) "
        + "select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::float8[], $5::bigint[], $6::bigint[], $7::bigint[]) "
        + "on conflict (id) do update set start_ns = excluded.start_ns, time_ns = excluded.time_ns, value = excluded.value, "
        + "before1_ns = excluded.before1_ns, before2_ns = excluded.before2_ns, before3_ns = excluded.before3_ns";

    protected override async ValueTask<Dictionary<long, SeriesState?>> StatesAsync(DbTransaction transaction, List<long> ids, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Read, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        Add(command, NpgsqlDbType.Bigint, ids.ToArray());
        var states = new Dictionary<long, SeriesState?>(ids.Count);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            states[reader.GetInt64(0)] = Row(reader);
        }

        return states;
    }

    protected override async ValueTask PutAsync(DbTransaction transaction, List<long> ids, Dictionary<long, SeriesState?> states, CancellationToken ct)
    {
        var known = ids.ConvertAll(id => states[id]!.Value);
        await using var command = new NpgsqlCommand(Write, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        Add(command, NpgsqlDbType.Bigint, ids.ToArray());
        Add(command, NpgsqlDbType.Bigint, known.ConvertAll(state => state.StartNs).ToArray());
        Add(command, NpgsqlDbType.Bigint, known.ConvertAll(state => state.TimeNs).ToArray());
        Add(command, NpgsqlDbType.Double, known.ConvertAll(state => state.Value).ToArray());
        Add(command, NpgsqlDbType.Bigint, known.ConvertAll(state => state.Before1Ns).ToArray());
        Add(command, NpgsqlDbType.Bigint, known.ConvertAll(state => state.Before2Ns).ToArray());
        Add(command, NpgsqlDbType.Bigint, known.ConvertAll(state => state.Before3Ns).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, T[] values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values });
}
