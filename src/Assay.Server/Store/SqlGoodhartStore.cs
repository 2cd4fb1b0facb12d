using System.Data.Common;
using Assay.Server.Outcomes.Goodhart;
using Dapper;

namespace Assay.Server.Store;

/// <summary>Metrics, samples and ratings in either database.</summary>
internal sealed class SqlGoodhartStore(ISqlDialect dialect, SqlDirectoryStore directory, StoreOptions options) : IGoodhartStore
{
    private static readonly DirectoryTable<GoodhartMetric> s_table = new(
        "metric",
        "goodhart_metric",
        ["id", "name", "measure", "gold", "counter_metric", "owner_id", "target_ms", "created_ms", "threshold", "threshold_width"],
        metric => metric.Id,
        row => new GoodhartMetric
        {
            Id = row.GetString(0),
            Name = row.GetString(1),
            Measure = GoodhartWords.Measures[row.GetString(2)],
            Gold = GoodhartWords.Golds[row.GetString(3)],
            CounterMetric = row.GetString(4),
            OwnerId = row.GetString(5),
            TargetMs = row.GetInt64(6),
            CreatedMs = row.GetInt64(7),
            Threshold = row.IsDBNull(8) ? null : row.GetDouble(8),
            ThresholdWidth = row.IsDBNull(9) ? null : row.GetDouble(9),
        },
        metric =>
        [
            metric.Id, metric.Name, GoodhartWords.Word(metric.Measure), GoodhartWords.Word(metric.Gold), metric.CounterMetric,
            metric.OwnerId, metric.TargetMs, metric.CreatedMs, metric.Threshold, metric.ThresholdWidth,
        ],
        metric => metric);

    private long NowMs => options.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask<bool> AddAsync(GoodhartMetric metric, string actor, CancellationToken ct = default) => dialect.WriteAsync(
        async transaction =>
        {
            var version = await SqlDirectoryStore.LockAsync(transaction, ct);
            if (await s_table.FindAsync(transaction, metric.Id, ct) is not null)
            {
                return false;
            }

            await directory.PutAsync(transaction, s_table, version, null, metric, "RegisterMetric", actor, ct);
            return true;
        },
        ct);

    public async ValueTask<IReadOnlyList<GoodhartMetric>> MetricsAsync(CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        await using var snapshot = await dialect.BeginSnapshotAsync(connection, ct);
        return await s_table.LoadAsync(snapshot, ct);
    }

    public ValueTask<int> DrawAsync(IReadOnlyList<AuditSample> samples, CancellationToken ct = default) => dialect.WriteAsync(
        async transaction =>
        {
            var added = 0;
            foreach (var sample in samples)
            {
                added += await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                    "insert into audit_sample (outcome_id, at_ms, drawn_ms) values (@OutcomeId, @AtMs, @DrawnMs) on conflict do nothing",
                    sample,
                    transaction,
                    cancellationToken: ct));
            }

            return added;
        },
        ct);

    public async ValueTask<IReadOnlyList<AuditSample>> SamplesAsync(long fromMs, long toMs, CancellationToken ct = default) => await dialect.ReadAsync(
        "select outcome_id, at_ms, drawn_ms from audit_sample where at_ms >= @fromMs and at_ms < @toMs order by at_ms, outcome_id",
        new { fromMs, toMs },
        Sample,
        ct);

    public async ValueTask<IReadOnlyList<AuditSample>> UnratedAsync(string rater, int limit, CancellationToken ct = default) => await dialect.ReadAsync(
        "select outcome_id, at_ms, drawn_ms from audit_sample s where not exists "
        + "(select 1 from audit_rating r where r.outcome_id = s.outcome_id and r.rater_id = @rater) "
        + "order by drawn_ms, outcome_id limit @limit",
        new { rater, limit },
        Sample,
        ct);

    public ValueTask<bool?> RateAsync(string outcome, string rater, int score, CancellationToken ct = default) => dialect.WriteAsync<bool?>(
        async transaction =>
        {
            var drawn = await transaction.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
                "select count(*) from audit_sample where outcome_id = @outcome", new { outcome }, transaction, cancellationToken: ct));
            return drawn == 0 ? null : await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                "insert into audit_rating (outcome_id, rater_id, score, rated_ms) values (@outcome, @rater, @score, @NowMs) on conflict do nothing",
                new { outcome, rater, score, NowMs },
                transaction,
                cancellationToken: ct)) > 0;
        },
        ct);

    public async ValueTask<IReadOnlyList<(long AtMs, int Score)>> RatingsAsync(long fromMs, long toMs, CancellationToken ct = default) =>
        await dialect.ReadAsync(
            "select s.at_ms, r.score from audit_rating r join audit_sample s on s.outcome_id = r.outcome_id "
            + "where s.at_ms >= @fromMs and s.at_ms < @toMs order by s.at_ms, r.outcome_id, r.rater_id",
            new { fromMs, toMs },
            row => (row.GetInt64(0), (int)row.GetInt64(1)),
            ct);

    private static AuditSample Sample(DbDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetInt64(2));
}
