using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Assay.Server.Outcomes.Otlp;
using Dapper;

namespace Assay.Server.Store;

/// <summary>
/// Telemetry in either database. Thousands of series come with every transaction, so their rows are written many to a
/// statement, with their numbers in its text: nothing in it came from outside as text. PostgreSQL has a quicker way.
/// </summary>
internal class SqlTelemetryStore(ISqlDialect dialect) : ITelemetryStore
{
    private const string Source = "otlp";
    private const int SeriesAtOnce = 2000;
    private const int SumsAtOnce = 100;
    private const double Micro = 1e6;

    public async ValueTask AddAsync(IReadOnlyList<TelemetryBatch> batches, long nowMs, CancellationToken ct = default) =>
        await dialect.WriteAsync(
            async transaction =>
            {
                // Two nodes that add to one series wait for each other here.
                await RunAsync(transaction, "update telemetry_version set version = version + 1 where id = 1", ct);
                var sums = new Dictionary<TelemetryKey, (long Micros, long Points)>();
                var points = new List<(SeriesPoint Point, TelemetryBatch Batch)>();
                foreach (var batch in batches)
                {
                    if (!await IsNewAsync(transaction, batch, nowMs, ct))
                    {
                        continue;
                    }

                    foreach (var (key, micros) in batch.Counts)
                    {
                        Add(sums, batch.Keys[key], micros);
                    }

                    points.AddRange(batch.Points.Select(p => (p, batch)));
                    foreach (var anchor in batch.Anchors)
                    {
                        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                            "insert into anchor (sha, session, evidence, repo, at_ms, person_id, lines) "
                            + "values (@Sha, @session, @Evidence, @Repo, @AtMs, @PersonId, @Lines) on conflict do nothing",
                            new { anchor.Sha, session = StorableText.Of(anchor.Session), anchor.Evidence, anchor.Repo, anchor.AtMs, anchor.PersonId, anchor.Lines },
                            transaction,
                            cancellationToken: ct));
                    }
                }

                await AddPointsAsync(transaction, points, sums, nowMs, ct);
                await WriteSumsAsync(transaction, sums, ct);
                return 0;
            },
            ct);

    public async ValueTask<IReadOnlyList<TelemetrySum>> SumsAsync(long fromMs, long toMs, CancellationToken ct = default) => await dialect.ReadAsync(
        "select hour_ms, person_id, team_id, emitter, version, metric, model, detail, value, points from telemetry "
        + "where hour_ms >= @fromMs and hour_ms < @toMs order by hour_ms, person_id, emitter, metric, model, detail, version",
        new { fromMs, toMs },
        row => new TelemetrySum(
            new TelemetryKey(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7)),
            row.GetInt64(8) / Micro,
            row.GetInt64(9)),
        ct);

    public async ValueTask<IReadOnlyList<TelemetryTotal>> TotalsAsync(
        long fromMs, long toMs, string? personId, IReadOnlyList<string>? teamIds, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters(new { fromMs, toMs, personId });
        var teams = "";
        if (teamIds is not null)
        {
            for (var i = 0; i < teamIds.Count; i++)
            {
                parameters.Add($"t{i}", teamIds[i]);
            }

            teams = $" and team_id in ({string.Join(", ", Enumerable.Range(0, teamIds.Count).Select(i => $"@t{i}").DefaultIfEmpty("null"))})";
        }

        return await dialect.ReadAsync(
            "select emitter, metric, detail, cast(sum(value) as bigint), cast(sum(points) as bigint) from telemetry "
            + $"where hour_ms >= @fromMs and hour_ms < @toMs{(personId is null ? "" : " and person_id = @personId")}{teams} "
            + "group by emitter, metric, detail order by emitter, metric, detail",
            parameters,
            row => new TelemetryTotal(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3) / Micro, row.GetInt64(4)),
            ct);
    }

    public async ValueTask ForgetAsync(long requestsBeforeMs, long seriesBeforeMs, CancellationToken ct = default) => await dialect.WriteAsync(
        async transaction =>
        {
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                "delete from delivery where source = @Source and received_ms < @requestsBeforeMs",
                new { Source, requestsBeforeMs },
                transaction,
                cancellationToken: ct));
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                "delete from telemetry_series where time_ns < @beforeNs",
                new { beforeNs = seriesBeforeMs * 1_000_000 },
                transaction,
                cancellationToken: ct));
            return 0;
        },
        ct);

    private static async ValueTask<bool> IsNewAsync(DbTransaction transaction, TelemetryBatch batch, long nowMs, CancellationToken ct) =>
        batch.Digest is not { } digest || await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "insert into delivery (source, id, received_ms) values (@Source, @digest, @nowMs) on conflict do nothing",
            new { Source, digest, nowMs },
            transaction,
            cancellationToken: ct)) > 0;

    private async ValueTask AddPointsAsync(
        DbTransaction transaction,
        List<(SeriesPoint Point, TelemetryBatch Batch)> points,
        Dictionary<TelemetryKey, (long Micros, long Points)> sums,
        long nowMs,
        CancellationToken ct)
    {
        if (points.Count == 0)
        {
            return;
        }

        // Of one series the points count in the order of their time, whatever order they came in.
        points.Sort((a, b) => a.Point.Series != b.Point.Series
            ? a.Point.Series.CompareTo(b.Point.Series)
            : a.Point.TimeNs.CompareTo(b.Point.TimeNs));
        var ids = new List<long>();
        foreach (var (point, _) in points)
        {
            if (ids.Count == 0 || ids[^1] != point.Series)
            {
                ids.Add(point.Series);
            }
        }

        var states = await StatesAsync(transaction, ids, ct);
        foreach (var (point, batch) in points)
        {
            ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(states, point.Series, out _);
            if (SeriesState.Add(ref state, point, nowMs * 1_000_000) is { } added)
            {
                Add(sums, batch.Keys[point.Key], ToMicros(added));
            }
        }

        await PutAsync(transaction, ids, states, ct);
    }

    /// <summary>Writes what is remembered of some series.</summary>
    protected virtual async ValueTask PutAsync(DbTransaction transaction, List<long> ids, Dictionary<long, SeriesState?> states, CancellationToken ct)
    {
        foreach (var some in ids.Chunk(SeriesAtOnce))
        {
            var sql = new StringBuilder(
                "insert into telemetry_series (id, start_ns, time_ns, value, before1_ns, before2_ns, before3_ns) values ", some.Length * 120);
            for (var i = 0; i < some.Length; i++)
            {
                var state = states[some[i]]!.Value;
                sql.Append(
                    CultureInfo.InvariantCulture,
                    $"{(i == 0 ? "" : ",")}({some[i]},{state.StartNs},{state.TimeNs},{state.Value:R},{state.Before1Ns},{state.Before2Ns},{state.Before3Ns})");
            }

            sql.Append(
                " on conflict (id) do update set start_ns = excluded.start_ns, time_ns = excluded.time_ns, value = excluded.value, "
                + "before1_ns = excluded.before1_ns, before2_ns = excluded.before2_ns, before3_ns = excluded.before3_ns");
            await RunAsync(transaction, sql.ToString(), ct);
        }
    }

    /// <summary>What is remembered of some series; nothing of those not seen yet.</summary>
    protected virtual async ValueTask<Dictionary<long, SeriesState?>> StatesAsync(DbTransaction transaction, List<long> ids, CancellationToken ct)
    {
        var states = new Dictionary<long, SeriesState?>(ids.Count);
        foreach (var some in ids.Chunk(SeriesAtOnce))
        {
            await using var command = transaction.Connection!.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // numbers of our own
            command.CommandText = "select id, start_ns, time_ns, value, before1_ns, before2_ns, before3_ns from telemetry_series where id in ("
                + string.Join(',', some) + ")";
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                states[reader.GetInt64(0)] = Row(reader);
            }
        }

        return states;
    }

    protected static SeriesState Row(DbDataReader reader) => new(
        reader.GetInt64(1), reader.GetInt64(2), reader.GetDouble(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6));

    private static async ValueTask WriteSumsAsync(
        DbTransaction transaction, Dictionary<TelemetryKey, (long Micros, long Points)> sums, CancellationToken ct)
    {
        foreach (var some in sums.Chunk(SumsAtOnce))
        {
            var sql = new StringBuilder(
                "insert into telemetry (hour_ms, person_id, team_id, emitter, version, metric, model, detail, value, points) values ");
            var parameters = new DynamicParameters();
            for (var i = 0; i < some.Length; i++)
            {
                var (key, (micros, points)) = some[i];
                sql.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}(@h{i}, @p{i}, @t{i}, @e{i}, @v{i}, @m{i}, @o{i}, @d{i}, @u{i}, @n{i})");
                parameters.Add($"h{i}", key.HourMs);
                parameters.Add($"p{i}", key.PersonId);
                parameters.Add($"t{i}", key.TeamId);
                parameters.Add($"e{i}", key.Emitter);
                parameters.Add($"v{i}", StorableText.Of(key.Version));
                parameters.Add($"m{i}", StorableText.Of(key.Metric));
                parameters.Add($"o{i}", StorableText.Of(key.Model));
                parameters.Add($"d{i}", StorableText.Of(key.Detail));
                parameters.Add($"u{i}", micros);
                parameters.Add($"n{i}", points);
            }

            sql.Append(
                " on conflict (hour_ms, person_id, team_id, emitter, version, metric, model, detail) do update set "
                + "value = telemetry.value + excluded.value, points = telemetry.points + excluded.points");
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(sql.ToString(), parameters, transaction, cancellationToken: ct));
        }
    }

    private static async ValueTask RunAsync(DbTransaction transaction, string sql, CancellationToken ct)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // our own words and numbers
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }

    private static void Add(Dictionary<TelemetryKey, (long Micros, long Points)> sums, in TelemetryKey key, long micros)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _);
        sum = (sum.Micros + micros, sum.Points + 1);
    }

    // What no counter reaches must not turn around.
    private static long ToMicros(double value) => value >= 9e12 ? 9_000_000_000_000_000_000 / 1000 : (long)Math.Round(value * Micro);
}
