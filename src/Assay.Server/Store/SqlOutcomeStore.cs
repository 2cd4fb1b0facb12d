using System.Data.Common;
using System.Text.Json;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Measures;
using Assay.Server.Outcomes;
using Dapper;

namespace Assay.Server.Store;

/// <summary>Outcomes in either database: what is asked. How they are taken is in the other part.</summary>
internal sealed partial class SqlOutcomeStore(ISqlDialect dialect, StoreOptions options) : IOutcomeStore
{
    public const int LimitMax = 1000;

    private static readonly DirectoryTable<Outcome> s_table = new(
        "outcome",
        "outcome",
        [
            "id", "kind", "source", "ref", "title", "url", "repo", "branch", "base_branch", "author", "person_id", "team_id",
            "use_case", "value", "lines_added", "lines_removed", "work_refs", "settle_days", "facts_ms", "at_ms", "proposed_ms",
            "accepted_ms", "deployed_ms", "reverted_ms", "restored_ms", "reopened_ms", "abandoned_ms", "reviewed_ms", "review_held",
            "settles_ms", "revert_rule", "lines_counted", "lines_alive_14", "lines_alive_30",
        ],
        outcome => outcome.Id,
        Read,
        outcome =>
        [
            outcome.Id, outcome.Kind, outcome.Source, outcome.Ref, outcome.Title, outcome.Url, outcome.Repo, outcome.Branch,
            outcome.BaseBranch, outcome.Author, outcome.PersonId, outcome.TeamId, outcome.UseCase, outcome.Value, outcome.LinesAdded,
            outcome.LinesRemoved, JsonSerializer.Serialize(outcome.WorkRefs), (long)outcome.SettleDays, outcome.FactsMs, outcome.AtMs,
            outcome.State.ProposedMs, outcome.State.AcceptedMs, outcome.State.DeployedMs, outcome.State.RevertedMs,
            outcome.State.RestoredMs, outcome.State.ReopenedMs, outcome.State.AbandonedMs, outcome.State.ReviewedMs,
            outcome.State.ReviewHeld is { } held ? held ? 1L : 0L : null, outcome.State.SettlesMs,
            outcome.RevertRule is { } rule ? OutcomeWords.Word(rule) : "",
            outcome.CountedLines?.Added, outcome.CountedLines?.Alive14, outcome.CountedLines?.Alive30,
        ],
        outcome => outcome);

    private long NowMs => options.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<Outcome?> FindAsync(string id, CancellationToken ct = default) =>
        (await dialect.ReadAsync(s_select + " where id = @id", new { id }, Read, ct)).FirstOrDefault();

    public async ValueTask<IReadOnlyList<Outcome>> ListAsync(OutcomeQuery query, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters(new { limit = Math.Clamp(query.Limit, 1, LimitMax), now = query.NowMs });
        var conditions = new List<string>();
        Is("kind", query.Kind);
        Is("source", query.Source);
        Is("repo", query.Repo);
        Is("use_case", query.UseCase);
        if (query.PersonId is not null || query.TeamIds is not null)
        {
            var whose = new List<string>();
            if (query.PersonId is { } person)
            {
                whose.Add("person_id = @person");
                parameters.Add("person", person);
            }

            foreach (var (i, team) in (query.TeamIds ?? []).Index())
            {
                whose.Add($"team_id = @team{i}");
                parameters.Add($"team{i}", team);
            }

            if (whose.Count == 0)
            {
                return [];
            }

            conditions.Add($"({string.Join(" or ", whose)})");
        }

        if (query.FromMs is { } from)
        {
            conditions.Add("at_ms >= @from");
            parameters.Add("from", from);
        }

        if (query.ToMs is { } to)
        {
            conditions.Add("at_ms < @to");
            parameters.Add("to", to);
        }

        if (query.Before is { } before)
        {
            conditions.Add("(at_ms < @beforeMs or (at_ms = @beforeMs and id < @beforeId))");
            parameters.Add("beforeMs", before.AtMs);
            parameters.Add("beforeId", before.Id);
        }

        if (query.Rung is { } rung)
        {
            conditions.Add(Of(rung));
        }

        var where = conditions.Count == 0 ? "" : " where " + string.Join(" and ", conditions);
        return await dialect.ReadAsync($"{s_select}{where} order by at_ms desc, id desc limit @limit", parameters, Read, ct);

        void Is(string column, string? value)
        {
            if (value is not null)
            {
                conditions.Add($"{column} = @{column}");
                parameters.Add(column, value);
            }
        }
    }

    public async ValueTask<IReadOnlyList<KeptStep>> StepsAsync(string id, CancellationToken ct = default) =>
        [.. (await StepsAsync([id], ct))[id]];

    public ValueTask<ILookup<string, KeptStep>> StepsAsync(IReadOnlyCollection<string> ids, CancellationToken ct = default) => OfAsync(
        "select outcome_id, event, at_ms, evidence, told_ms from outcome_step where outcome_id in ({0}) order by outcome_id, at_ms, told_ms, event",
        ids,
        row => new KeptStep(OutcomeWords.Events[row.GetString(1)], row.GetInt64(2), row.GetString(3), row.GetInt64(4)),
        ct);

    public ValueTask<ILookup<string, (string Repo, string Sha)>> CommitsAsync(IReadOnlyCollection<string> ids, CancellationToken ct = default) => OfAsync(
        "select outcome_id, repo, sha from outcome_commit where outcome_id in ({0}) order by outcome_id, sha",
        ids,
        row => (row.GetString(1), row.GetString(2)),
        ct);

    /// <summary>What belongs to outcomes, by outcome, asked for some hundred at a time.</summary>
    private async ValueTask<ILookup<string, T>> OfAsync<T>(string sql, IReadOnlyCollection<string> ids, Func<DbDataReader, T> read, CancellationToken ct)
    {
        var found = new List<(string Id, T Value)>();
        foreach (var some in ids.Chunk(500))
        {
            var parameters = new DynamicParameters();
            foreach (var (i, id) in some.Index())
            {
                parameters.Add($"id{i}", id);
            }

            found.AddRange(await dialect.ReadAsync(
                sql.Replace("{0}", string.Join(", ", some.Index().Select(s => $"@id{s.Index}")), StringComparison.Ordinal),
                parameters,
                row => (row.GetString(0), read(row)),
                ct));
        }

        return found.ToLookup(one => one.Id, one => one.Value, StringComparer.Ordinal);
    }

    public async ValueTask<IReadOnlyList<Anchor>> AnchorsAsync(long fromMs, long toMs, CancellationToken ct = default) => await dialect.ReadAsync(
        "select session, repo, sha, at_ms, person_id, evidence, lines from anchor where at_ms >= @fromMs and at_ms < @toMs "
        + "order by at_ms, sha, session",
        new { fromMs, toMs },
        ReadAnchor,
        ct);

    public async ValueTask<IReadOnlyList<Anchor>> AnchorsOfAsync(string id, CancellationToken ct = default) => await dialect.ReadAsync(
        "select session, repo, sha, at_ms, person_id, evidence, lines from anchor a where exists "
        + "(select 1 from outcome_commit c where c.outcome_id = @id and c.sha = a.sha and (a.repo = '' or a.repo = c.repo)) "
        + "order by at_ms, sha, session limit 1000",
        new { id },
        ReadAnchor,
        ct);

    public async ValueTask<IReadOnlyList<Deployment>> DeploymentsAsync(long fromMs, long toMs, CancellationToken ct = default) =>
        await dialect.ReadAsync(
            $"select {DeploymentColumns} from deployment where at_ms >= @fromMs and at_ms < @toMs order by at_ms, source, ref",
            new { fromMs, toMs },
            ReadDeployment,
            ct);

    public async ValueTask<long> VersionAsync(CancellationToken ct = default) =>
        (await dialect.ReadAsync("select version from outcome_version", new { }, row => row.GetInt64(0), ct))[0];

    public ValueTask<int> ForgetDeliveriesAsync(long beforeMs, CancellationToken ct = default) => dialect.WriteAsync(
        async transaction =>
            await transaction.ExecuteAsync("delete from delivery where received_ms < @beforeMs", new { beforeMs }, ct)
            + await transaction.ExecuteAsync("delete from branch_commit where at_ms < @beforeMs", new { beforeMs }, ct),
        ct);

    private const string DeploymentColumns = "source, ref, repo, sha, environment, is_production, state, at_ms";

    private static readonly string s_select = $"select {string.Join(", ", s_table.Columns)} from outcome";

    /// <summary><see cref="OutcomeState.Rung"/> in SQL.</summary>
    private static string Of(OutcomeRung rung)
    {
        const string unsettled = "(settles_ms is null or settles_ms > @now) and ";
        return rung switch
        {
            OutcomeRung.Settled => "settles_ms <= @now and reviewed_ms is null",
            OutcomeRung.Reviewed => "settles_ms <= @now and reviewed_ms is not null",
            OutcomeRung.Reverted => unsettled + "reverted_ms is not null",
            OutcomeRung.Proposed => unsettled + "reverted_ms is null and accepted_ms is null and abandoned_ms is null",
            OutcomeRung.Abandoned => unsettled + "reverted_ms is null and accepted_ms is null and abandoned_ms is not null",
            OutcomeRung.Reopened => "settles_ms is null and reverted_ms is null and accepted_ms is not null",
            OutcomeRung.Deployed => "settles_ms > @now and reverted_ms is null and deployed_ms is not null",
            _ => "settles_ms > @now and reverted_ms is null and deployed_ms is null",
        };
    }

    private static Outcome Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = row.GetString(1),
        Source = row.GetString(2),
        Ref = row.GetString(3),
        Title = row.GetString(4),
        Url = row.GetString(5),
        Repo = row.GetString(6),
        Branch = row.GetString(7),
        BaseBranch = row.GetString(8),
        Author = row.GetString(9),
        PersonId = row.GetString(10),
        TeamId = row.GetString(11),
        UseCase = row.GetString(12),
        Value = Number(row, 13),
        LinesAdded = Number(row, 14),
        LinesRemoved = Number(row, 15),
        WorkRefs = JsonSerializer.Deserialize<string[]>(row.GetString(16)) ?? [],
        SettleDays = (int)row.GetInt64(17),
        FactsMs = row.GetInt64(18),
        State = new OutcomeState
        {
            ProposedMs = Number(row, 20),
            AcceptedMs = Number(row, 21),
            DeployedMs = Number(row, 22),
            RevertedMs = Number(row, 23),
            RestoredMs = Number(row, 24),
            ReopenedMs = Number(row, 25),
            AbandonedMs = Number(row, 26),
            ReviewedMs = Number(row, 27),
            ReviewHeld = Number(row, 28) is { } held ? held != 0 : null,
            SettlesMs = Number(row, 29),
        },
        RevertRule = row.GetString(30) is { Length: > 0 } rule ? OutcomeWords.RevertRules[rule] : null,
        CountedLines = Number(row, 31) is { } counted ? new CountedLines(counted, Number(row, 32), Number(row, 33)) : null,
    };

    private static Anchor ReadAnchor(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5), Number(row, 6));

    private static Deployment ReadDeployment(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetInt64(5) != 0,
        row.GetString(6) == "success",
        row.GetInt64(7));

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
