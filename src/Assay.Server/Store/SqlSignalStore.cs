using System.Data.Common;
using Assay.Server.Signals;
using Assay.Server.Signals.Actions;
using Dapper;

namespace Assay.Server.Store;

/// <summary>Signals in either database.</summary>
internal sealed class SqlSignalStore(ISqlDialect dialect, SqlDirectoryStore directory, StoreOptions options) : ISignalStore
{
    public const int LimitMax = 500;

    /// <summary>So many are in force at once at most; further ones are told, but not felt.</summary>
    public const int FeltMax = 10_000;

    /// <summary>Who acts when nobody has answered.</summary>
    public const string Clockwork = "assay";

    private static readonly DirectoryTable<Signal> s_table = new(
        "signal",
        "signal",
        [
            "id", "kind", "person_id", "team_id", "cause", "at_ms", "cost", "subject", "evidence", "dedupe_key",
            "answer", "answer_text", "answered_by", "answered_ms", "owners_ms", "action", "action_on", "action_until_ms",
            "lifted_ms", "lifted_by",
        ],
        signal => signal.Id,
        Read,
        signal =>
        [
            signal.Id, signal.Kind, signal.PersonId, signal.TeamId, signal.Cause, signal.AtMs, signal.Cost, signal.Subject,
            signal.Evidence.ToJson(), signal.DedupeKey, signal.Answer is { } answer ? SignalWords.Word(answer) : null,
            signal.AnswerText, signal.AnsweredBy, signal.AnsweredMs, signal.OwnersMs, SignalActions.Word(signal.Action),
            signal.ActionOn, signal.ActionUntilMs, signal.LiftedMs, signal.LiftedBy,
        ],
        signal => new
        {
            signal.Kind,
            signal.PersonId,
            signal.TeamId,
            signal.Subject,
            Answer = signal.Answer is { } answer ? SignalWords.Word(answer) : null,
            signal.AnswerText,
            signal.AnsweredBy,
            signal.OwnersMs,
            Action = SignalActions.Word(signal.Action),
            signal.ActionOn,
            signal.ActionUntilMs,
            signal.LiftedMs,
            signal.LiftedBy,
        });

    public ValueTask<bool> AddAsync(Signal signal, CancellationToken ct = default) => dialect.WriteAsync(
        async transaction =>
        {
            var known = await s_table.LoadWhereAsync(transaction, "dedupe_key = @key", new { key = signal.DedupeKey }, ct);
            if (known.Count > 0)
            {
                return false;
            }

            if (signal.ActionUntilMs is null)
            {
                await s_table.PutAsync(transaction, signal, ct);
            }
            else
            {
                // Calls will feel it: that is an act, and the audit has it.
                var version = await SqlDirectoryStore.LockAsync(transaction, ct);
                await directory.PutAsync(transaction, s_table, version, null, signal, "ActOnSignal", Clockwork, ct);
            }

            return true;
        },
        ct);

    public async ValueTask<Signal?> FindAsync(string id, CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        await using var snapshot = await dialect.BeginSnapshotAsync(connection, ct);
        return await s_table.FindAsync(snapshot, id, ct);
    }

    public async ValueTask<IReadOnlyList<Signal>> ListAsync(SignalQuery query, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters(new { limit = Math.Clamp(query.Limit, 1, LimitMax) });
        var whose = new List<string>();
        if (query.PersonId is { } person)
        {
            whose.Add("person_id = @person");
            parameters.Add("person", person);
        }

        if (query.TeamIds is null)
        {
            whose.Add("owners_ms is not null");
        }
        else
        {
            foreach (var (i, team) in query.TeamIds.Index())
            {
                whose.Add($"(team_id = @team{i} and owners_ms is not null)");
                parameters.Add($"team{i}", team);
            }
        }

        if (whose.Count == 0)
        {
            return [];
        }

        var where = $"({string.Join(" or ", whose)})"
            + (query.IsOpen is { } isOpen ? $" and answer is {(isOpen ? "" : "not ")}null" : "")
            + (query.Before is null ? "" : " and id < @before");
        if (query.Before is { } before)
        {
            parameters.Add("before", before);
        }

        return await dialect.ReadAsync(
            $"select {string.Join(", ", s_table.Columns)} from signal where {where} order by id desc limit @limit", parameters, Read, ct);
    }

    public ValueTask<(Signal Signal, bool IsDone)?> AnswerAsync(
        string id, SignalAnswer answer, string text, string actor, bool tellOwners, CancellationToken ct = default) =>
        dialect.WriteAsync<(Signal, bool)?>(
            async transaction =>
            {
                var version = await SqlDirectoryStore.LockAsync(transaction, ct);
                if (await s_table.FindAsync(transaction, id, ct) is not { } before)
                {
                    return null;
                }

                if (!before.IsOpen)
                {
                    return (before, false);
                }

                var after = before with
                {
                    Answer = answer,
                    AnswerText = text,
                    AnsweredBy = actor,
                    AnsweredMs = NowMs,
                    OwnersMs = before.OwnersMs ?? (tellOwners ? NowMs : null),
                };
                if (answer is SignalAnswer.Planned or SignalAnswer.Expected && before.IsFeltAt(NowMs))
                {
                    after = after with { LiftedMs = NowMs, LiftedBy = actor };
                }

                await directory.PutAsync(transaction, s_table, version, before, after, "AnswerSignal", actor, ct);
                return (after, true);
            },
            ct);

    public ValueTask<IReadOnlyList<Signal>> EscalateAsync(long beforeMs, CancellationToken ct = default) =>
        dialect.WriteAsync<IReadOnlyList<Signal>>(
            async transaction =>
            {
                var version = await SqlDirectoryStore.LockAsync(transaction, ct);
                var due = await s_table.LoadWhereAsync(
                    transaction, "answered_ms is null and owners_ms is null and at_ms < @beforeMs", new { beforeMs }, ct);
                var told = new List<Signal>();
                foreach (var signal in due)
                {
                    var after = signal with { OwnersMs = NowMs };
                    await directory.PutAsync(transaction, s_table, version, signal, after, "TellOwnersOfSignal", Clockwork, ct);
                    told.Add(after);
                }

                return told;
            },
            ct);

    public async ValueTask<IReadOnlyList<Signal>> FeltAsync(CancellationToken ct = default) => await dialect.ReadAsync(
        $"select {string.Join(", ", s_table.Columns)} from signal where action_until_ms > @NowMs and lifted_ms is null order by id limit @FeltMax",
        new { NowMs, FeltMax },
        Read,
        ct);

    public ValueTask<(Signal Signal, bool IsDone)?> LiftAsync(string id, string actor, CancellationToken ct = default) =>
        dialect.WriteAsync<(Signal, bool)?>(
            async transaction =>
            {
                var version = await SqlDirectoryStore.LockAsync(transaction, ct);
                if (await s_table.FindAsync(transaction, id, ct) is not { } before)
                {
                    return null;
                }

                if (!before.IsFeltAt(NowMs))
                {
                    return (before, false);
                }

                var after = before with { LiftedMs = NowMs, LiftedBy = actor };
                await directory.PutAsync(transaction, s_table, version, before, after, "LiftSignalAction", actor, ct);
                return (after, true);
            },
            ct);

    private long NowMs => options.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static Signal Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = row.GetString(1),
        PersonId = row.GetString(2),
        TeamId = row.GetString(3),
        Cause = row.GetString(4),
        AtMs = row.GetInt64(5),
        Cost = row.GetInt64(6),
        Subject = row.GetString(7),
        Evidence = SignalEvidence.Parse(row.GetString(8)),
        DedupeKey = row.GetString(9),
        Answer = row.IsDBNull(10) ? null : SignalWords.Answers[row.GetString(10)],
        AnswerText = row.IsDBNull(11) ? null : row.GetString(11),
        AnsweredBy = row.IsDBNull(12) ? null : row.GetString(12),
        AnsweredMs = row.IsDBNull(13) ? null : row.GetInt64(13),
        OwnersMs = row.IsDBNull(14) ? null : row.GetInt64(14),
        Action = SignalActions.Words[row.GetString(15)],
        ActionOn = row.GetString(16),
        ActionUntilMs = row.IsDBNull(17) ? null : row.GetInt64(17),
        LiftedMs = row.IsDBNull(18) ? null : row.GetInt64(18),
        LiftedBy = row.IsDBNull(19) ? null : row.GetString(19),
    };
}
