using System.Data.Common;
using System.Text.Json;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;
using Assay.Server.Judgments;
using Dapper;

namespace Assay.Server.Store;

/// <summary>The Judgment Log in either database.</summary>
internal sealed partial class SqlJudgmentStore(ISqlDialect dialect, SqlDirectoryStore directory, StoreOptions options) : IJudgmentStore
{
    private const string RepositoryColumns = "name, branch, team, pushers, head, source, unreadable, pushed_ms, version";

    private long NowMs => options.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<IReadOnlyList<JudgmentRepository>> RepositoriesAsync(CancellationToken ct = default) => await dialect.ReadAsync(
        $"select {RepositoryColumns} from judgment_repository order by name", new DynamicParameters(), ReadRepository, ct);

    public async ValueTask PutRepositoryAsync(JudgmentRepository repository, string actor, CancellationToken ct = default) =>
        await dialect.WriteAsync(
            async transaction =>
            {
                var version = await SqlDirectoryStore.LockAsync(transaction, ct);
                var before = await transaction.ReadAsync(
                    $"select {RepositoryColumns} from judgment_repository where name = @name",
                    new DynamicParameters(new { name = repository.Name }),
                    ReadRepository,
                    ct) is [var found] ? found : null;
                var pushers = string.Join(' ', repository.Pushers);
                if (before is not null && before.Branch == repository.Branch && before.TeamId == repository.TeamId
                    && before.Pushers.SequenceEqual(repository.Pushers, StringComparer.Ordinal))
                {
                    return 0;
                }

                await transaction.ExecuteAsync(
                    "insert into judgment_repository (name, branch, team, pushers, head, source, unreadable, pushed_ms, version) "
                    + "values (@Name, @Branch, @TeamId, @pushers, '', '', 0, null, 1) on conflict (name) do update set "
                    + "branch = excluded.branch, team = excluded.team, pushers = excluded.pushers, version = judgment_repository.version + 1",
                    new { repository.Name, repository.Branch, repository.TeamId, pushers },
                    ct);
                await directory.AddAuditAsync(
                    transaction, version, actor, "PutRepository",
                    new DirectoryDifference("repository:" + repository.Name, Describe(before), Describe(repository)), ct);
                return 0;
            },
            ct);

    public async ValueTask<IReadOnlyList<SnapshotEntry>> EntriesAsync(string repository, CancellationToken ct = default) => await dialect.ReadAsync(
        "select path, blob, content, commit_id, committed_ms, author, judged_by from judgment_entry "
        + "where repository = @repository order by path",
        new DynamicParameters(new { repository }),
        reader => new SnapshotEntry(
            reader.GetString(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
            reader.GetString(5),
            reader.GetString(6).Split('\n', StringSplitOptions.RemoveEmptyEntries)),
        ct);

    public async ValueTask<IReadOnlyList<WitnessLine>> ChainAsync(string repository, CancellationToken ct = default) => await dialect.ReadAsync(
        ChainSql, new DynamicParameters(new { repository }), ReadLine, ct);

    public ValueTask<IReadOnlyList<WitnessLine>?> ApplyAsync(
        string repository, RepositorySnapshot snapshot, string source, CancellationToken ct = default) =>
        dialect.WriteAsync<IReadOnlyList<WitnessLine>?>(
            async transaction =>
            {
                // Also the lock under which two pushes of one repository wait for each other.
                var found = await transaction.ExecuteAsync(
                    "update judgment_repository set version = version + 1, head = @Head, source = @source, unreadable = @Unreadable, "
                    + "pushed_ms = @NowMs where name = @repository",
                    new { snapshot.Head, source, snapshot.Unreadable, NowMs, repository },
                    ct);
                if (found == 0)
                {
                    return null;
                }

                var chain = await transaction.ReadAsync(ChainSql, new DynamicParameters(new { repository }), ReadLine, ct);
                var next = WitnessChain.Next(repository, chain, snapshot, DateTimeOffset.FromUnixTimeMilliseconds(NowMs), source);
                foreach (var line in next)
                {
                    await AddLineAsync(transaction, repository, line, ct);
                }

                await PutEntriesAsync(transaction, repository, snapshot, ct);
                await ArriveAsync(transaction, repository, snapshot, ct);
                return next;
            },
            ct);

    public async ValueTask<IReadOnlyList<JudgmentDraft>> DraftsAsync(string repository, CancellationToken ct = default) => await dialect.ReadAsync(
        "select id, repository, content, person_id, drafted_by, at_ms from judgment_draft where repository = @repository order by at_ms, id",
        new DynamicParameters(new { repository }),
        reader => new JudgmentDraft(
            Guid.ParseExact(reader.GetString(0), "D"),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetString(4),
            reader.GetInt64(5)),
        ct);

    public ValueTask<bool> AddDraftAsync(JudgmentDraft draft, int most, CancellationToken ct = default) => dialect.WriteAsync(
        async transaction =>
        {
            await transaction.ExecuteAsync(
                "update judgment_repository set version = version + 1 where name = @Repository",
                new { draft.Repository },
                ct);
            return await transaction.ExecuteAsync(
                "insert into judgment_draft (id, repository, content, person_id, drafted_by, at_ms) "
                + "select @id, @Repository, @Content, @PersonId, @DraftedBy, @AtMs "
                + "where (select count(*) from judgment_draft where repository = @Repository) < @most",
                new { id = draft.Id.ToString("D"), draft.Repository, draft.Content, draft.PersonId, draft.DraftedBy, draft.AtMs, most },
                ct) == 1;
        },
        ct);

    public async ValueTask<IReadOnlyList<JudgmentDecision>> DecisionsAsync(string repository, CancellationToken ct = default) => await dialect.ReadAsync(
        "select entry_id, repository, blob, content, person_id, owner, decision, confidence, at_ms, commit_id, done_ms "
        + "from judgment_decision where repository = @repository order by at_ms, entry_id",
        new DynamicParameters(new { repository }),
        reader => new JudgmentDecision(
            Guid.ParseExact(reader.GetString(0), "D"),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetString(4),
            reader.GetString(5),
            reader.GetString(6),
            reader.IsDBNull(7) ? null : (int)reader.GetInt64(7),
            reader.GetInt64(8),
            reader.IsDBNull(9) ? null : reader.GetString(9),
            reader.IsDBNull(10) ? null : reader.GetInt64(10)),
        ct);

    public ValueTask<bool> DecideAsync(JudgmentDecision decision, CancellationToken ct = default) => dialect.WriteAsync(
        async transaction =>
        {
            var version = await SqlDirectoryStore.LockAsync(transaction, ct);
            var added = await transaction.ExecuteAsync(
                "insert into judgment_decision (entry_id, repository, blob, content, person_id, owner, decision, confidence, at_ms) "
                + "values (@id, @Repository, @Blob, @Content, @PersonId, @Owner, @Decision, @Confidence, @AtMs) on conflict do nothing",
                new
                {
                    id = decision.EntryId.ToString("D"),
                    decision.Repository,
                    decision.Blob,
                    decision.Content,
                    decision.PersonId,
                    decision.Owner,
                    decision.Decision,
                    decision.Confidence,
                    decision.AtMs,
                },
                ct);
            if (added == 0)
            {
                return false;
            }

            await transaction.ExecuteAsync(
                "update judgment_repository set version = version + 1 where name = @Repository", new { decision.Repository }, ct);
            await directory.AddAuditAsync(
                transaction, version, decision.PersonId, "DecideJudgment",
                new DirectoryDifference(
                    $"judgment:{decision.EntryId:D}",
                    null,
                    JsonSerializer.Serialize(new { decision.Repository, decision.Decision, decision.Owner, decision.Confidence, decision.Blob })),
                ct);
            return true;
        },
        ct);

    public async ValueTask ForgedAsync(string actor, string subject, string what, CancellationToken ct = default) => await dialect.WriteAsync(
        async transaction =>
        {
            var version = await SqlDirectoryStore.LockAsync(transaction, ct);
            await directory.AddAuditAsync(
                transaction, version, actor, "ForgeJudgment",
                new DirectoryDifference(StorableText.Of(subject), null, JsonSerializer.Serialize(new { refused = StorableText.Of(what) })), ct);
            return 0;
        },
        ct);

    private const string ChainSql =
        "select number, kind, entry_id, blob, commit_id, path, sealed_s, seen_ms, source, hash from judgment_seal "
        + "where repository = @repository order by number";

    private static string? Describe(JudgmentRepository? repository) => repository is null
        ? null
        : JsonSerializer.Serialize(new { repository.Name, repository.Branch, Team = repository.TeamId, repository.Pushers });

    private static JudgmentRepository ReadRepository(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetString(3).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        reader.GetString(4),
        reader.GetString(5),
        (int)reader.GetInt64(6),
        reader.IsDBNull(7) ? null : reader.GetInt64(7),
        reader.GetInt64(8));

    private static WitnessLine ReadLine(DbDataReader reader) => new(
        reader.GetInt64(0),
        Enum.Parse<WitnessKind>(reader.GetString(1), ignoreCase: true),
        Guid.ParseExact(reader.GetString(2), "D"),
        reader.GetString(3),
        reader.GetString(4),
        reader.GetString(5),
        DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(6)),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7)),
        reader.GetString(8),
        reader.GetString(9));

    private static Task<int> AddLineAsync(DbTransaction transaction, string repository, WitnessLine line, CancellationToken ct) => transaction.ExecuteAsync(
        "insert into judgment_seal (repository, number, kind, entry_id, blob, commit_id, path, sealed_s, seen_ms, source, hash) "
        + "values (@repository, @Number, @kind, @id, @Blob, @Commit, @Path, @sealedAt, @seenAt, @Source, @Hash)",
        new
        {
            repository,
            line.Number,
            kind = WitnessLine.Word(line.Kind),
            id = line.Id.ToString("D"),
            line.Blob,
            line.Commit,
            line.Path,
            sealedAt = line.SealedAt.ToUnixTimeSeconds(),
            seenAt = line.SeenAt.ToUnixTimeMilliseconds(),
            line.Source,
            line.Hash,
        },
        ct);

    private static async Task PutEntriesAsync(DbTransaction transaction, string repository, RepositorySnapshot snapshot, CancellationToken ct)
    {
        var known = (await transaction.ReadAsync(
            "select path, blob from judgment_entry where repository = @repository",
            new DynamicParameters(new { repository }),
            reader => (Path: reader.GetString(0), Blob: reader.GetString(1)),
            ct)).ToDictionary(e => e.Path, e => e.Blob, StringComparer.Ordinal);
        foreach (var entry in snapshot.Entries)
        {
            if (known.Remove(entry.Path, out var blob) && blob == entry.Blob)
            {
                continue;
            }

            await transaction.ExecuteAsync(
                "insert into judgment_entry (repository, path, blob, content, commit_id, committed_ms, author, judged_by) "
                + "values (@repository, @Path, @Blob, @Text, @Commit, @committedMs, @Author, @judgedBy) on conflict (repository, path) do update set "
                + "blob = excluded.blob, content = excluded.content, commit_id = excluded.commit_id, committed_ms = excluded.committed_ms, "
                + "author = excluded.author, judged_by = excluded.judged_by",
                new
                {
                    repository,
                    entry.Path,
                    entry.Blob,
                    entry.Text,
                    entry.Commit,
                    committedMs = entry.CommittedAt.ToUnixTimeMilliseconds(),
                    entry.Author,
                    judgedBy = string.Join('\n', entry.JudgedBy),
                },
                ct);
        }

        foreach (var path in known.Keys)
        {
            await transaction.ExecuteAsync(
                "delete from judgment_entry where repository = @repository and path = @path", new { repository, path }, ct);
        }
    }

    /// <summary>Decisions and drafts that are in the default branch now wait no longer.</summary>
    private async Task ArriveAsync(DbTransaction transaction, string repository, RepositorySnapshot snapshot, CancellationToken ct)
    {
        var waiting = await transaction.ReadAsync(
            "select entry_id, decision, 0 as is_draft from judgment_decision where repository = @repository and done_ms is null "
            + "union all select id, '', 1 from judgment_draft where repository = @repository",
            new DynamicParameters(new { repository }),
            reader => (Id: reader.GetString(0), Decision: reader.GetString(1), IsDraft: reader.GetInt32(2) == 1),
            ct);
        if (waiting.Count == 0)
        {
            return;
        }

        var arrived = new Dictionary<string, (SnapshotEntry Entry, string Status)>(StringComparer.Ordinal);
        foreach (var entry in snapshot.Entries)
        {
            if (JudgmentReader.Read(System.Text.Encoding.UTF8.GetBytes(entry.Text)).Entry is { } judgment)
            {
                arrived[judgment.Id.ToString("D")] = (entry, judgment.Status.Word());
            }
        }

        foreach (var (id, decision, isDraft) in waiting)
        {
            if (!arrived.TryGetValue(id, out var found))
            {
                continue;
            }

            if (isDraft)
            {
                await transaction.ExecuteAsync("delete from judgment_draft where id = @id", new { id }, ct);
            }
            else if (found.Status == decision)
            {
                await transaction.ExecuteAsync(
                    "update judgment_decision set commit_id = @commit, done_ms = @NowMs where repository = @repository and entry_id = @id",
                    new { commit = found.Entry.Commit, NowMs, repository, id },
                    ct);
            }
        }
    }
}
