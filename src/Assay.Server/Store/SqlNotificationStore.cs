using System.Data.Common;
using Assay.Server.Notifications;
using Dapper;

namespace Assay.Server.Store;

/// <summary>Notices and the outbox in either database.</summary>
internal sealed class SqlNotificationStore(ISqlDialect dialect) : INotificationStore
{
    private const string NoticeColumns =
        "id, person_id, kind, severity, subject, body, link, dedupe_key, created_ms, visible_ms, read_ms";

    private const string Waiting = "done_ms is null and given_up_ms is null";

    public ValueTask<IReadOnlyList<string>> AddAsync(
        IReadOnlyList<AddressedNotice> notices, CancellationToken ct = default) => dialect.WriteAsync<IReadOnlyList<string>>(
        async transaction =>
        {
            // In one order for everybody: two nodes that announce the same things must not wait for each other.
            var added = new List<string>();
            foreach (var (notice, targets) in notices
                .OrderBy(n => n.Notice.PersonId, StringComparer.Ordinal)
                .ThenBy(n => n.Notice.DedupeKey, StringComparer.Ordinal))
            {
                if (await InsertAsync(transaction, notice, ct))
                {
                    added.Add(notice.Id);
                    foreach (var target in targets)
                    {
                        await ExecuteAsync(
                            transaction,
                            "insert into outbox (id, notice_id, channel, target, next_ms) "
                            + "values (@Id, @NoticeId, @Channel, @Target, @NextMs)",
                            new
                            {
                                target.Id,
                                NoticeId = notice.Id,
                                target.Channel,
                                target.Target,
                                NextMs = notice.VisibleAtMs,
                            },
                            ct);
                    }
                }
            }

            return added;
        },
        ct);

    public ValueTask<int> CancelAsync(string dedupeKeyPrefix, long nowMs, CancellationToken ct = default) =>
        dialect.WriteAsync(
            async transaction =>
            {
                var parameters = new { prefix = dedupeKeyPrefix, nowMs };
                await ExecuteAsync(
                    transaction,
                    $"delete from outbox where {Waiting} and notice_id in (select n.id from outbox o "
                    + "join notice n on n.id = o.notice_id where o.done_ms is null and o.given_up_ms is null "
                    + "and substr(n.dedupe_key, 1, length(@prefix)) = @prefix)",
                    parameters,
                    ct);
                return await ExecuteAsync(
                    transaction,
                    "delete from notice where visible_ms > @nowMs "
                    + "and substr(dedupe_key, 1, length(@prefix)) = @prefix",
                    parameters,
                    ct);
            },
            ct);

    public async ValueTask<IReadOnlyList<Notice>> InboxAsync(
        string personId, bool onlyUnread, InboxCursor? after, int limit, long nowMs, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters(new { personId, nowMs, limit });
        if (after is { } cursor)
        {
            parameters.Add("afterMs", cursor.VisibleAtMs);
            parameters.Add("afterId", cursor.Id);
        }

        await using var connection = await dialect.OpenReaderAsync(ct);
        return await ReadNoticesAsync(
            connection,
            null,
            $"select {NoticeColumns} from notice where person_id = @personId and visible_ms <= @nowMs "
            + (onlyUnread ? "and read_ms is null " : "")
            + (after is null ? "" : "and (visible_ms, id) < (@afterMs, @afterId) ")
            + "order by visible_ms desc, id desc limit @limit",
            parameters,
            ct);
    }

    public async ValueTask<int> CountUnreadAsync(
        string personId, int atMost, long nowMs, CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        return await connection.QuerySingleAsync<int>(new CommandDefinition(
            "select count(*) from (select 1 from notice where person_id = @personId and visible_ms <= @nowMs "
            + "and read_ms is null limit @atMost) unread",
            new { personId, nowMs, atMost },
            cancellationToken: ct));
    }

    public ValueTask<bool> MarkReadAsync(
        string personId, string noticeId, long nowMs, CancellationToken ct = default) => dialect.WriteAsync(
        async transaction => await ExecuteAsync(
            transaction,
            "update notice set read_ms = coalesce(read_ms, @nowMs) "
            + "where id = @noticeId and person_id = @personId and visible_ms <= @nowMs",
            new { personId, noticeId, nowMs },
            ct) > 0,
        ct);

    public ValueTask<int> MarkAllReadAsync(string personId, long nowMs, CancellationToken ct = default) =>
        dialect.WriteAsync(
            async transaction => await ExecuteAsync(
                transaction,
                "update notice set read_ms = @nowMs where person_id = @personId and visible_ms <= @nowMs "
                + "and read_ms is null",
                new { personId, nowMs },
                ct),
            ct);

    public async ValueTask<IReadOnlyDictionary<string, NotificationSetting>> SettingsAsync(
        IReadOnlyCollection<string> personIds, CancellationToken ct = default)
    {
        var found = new Dictionary<string, NotificationSetting>(StringComparer.Ordinal);
        await using var connection = await dialect.OpenReaderAsync(ct);

        // A database takes only so many parameters.
        foreach (var some in personIds.Chunk(500))
        {
            var (list, parameters) = ListOf(some);
            using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
                $"select {NotificationSettingRow.Columns} from notification_setting where person_id in {list}",
                parameters,
                cancellationToken: ct));
            while (await reader.ReadAsync(ct))
            {
                var setting = NotificationSettingRow.Read(reader);
                found[setting.PersonId] = setting;
            }
        }

        return found;
    }

    public async ValueTask PutSettingAsync(NotificationSetting setting, CancellationToken ct = default) =>
        await dialect.WriteAsync(
            transaction => ExecuteAsync(
                transaction, NotificationSettingRow.Upsert, NotificationSettingRow.Parameters(setting), ct),
            ct);

    public async ValueTask<long?> NextDueAsync(CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        return await connection.QuerySingleAsync<long?>(new CommandDefinition(
            $"select min(next_ms) from outbox where {Waiting}", cancellationToken: ct));
    }

    public ValueTask<IReadOnlyList<OutboxItem>> ClaimAsync(
        long nowMs, long leaseUntilMs, int limit, CancellationToken ct = default) =>
        dialect.WriteAsync<IReadOnlyList<OutboxItem>>(
            async transaction =>
            {
                var claimed = new List<(OutboxTarget Target, string NoticeId, int Attempts, int Claim)>();
                using (var reader = await transaction.Connection!.ExecuteReaderAsync(new CommandDefinition(
                    "update outbox set claim = claim + 1, attempts = attempts + 1, next_ms = @leaseUntilMs "
                    + $"where id in (select id from outbox where {Waiting} and next_ms <= @nowMs "
                    + $"order by next_ms, id limit @limit{dialect.SkipLocked}) "
                    + "returning id, channel, target, notice_id, attempts, claim",
                    new { nowMs, leaseUntilMs, limit },
                    transaction,
                    cancellationToken: ct)))
                {
                    while (await reader.ReadAsync(ct))
                    {
                        claimed.Add((
                            new OutboxTarget(reader.GetString(0), reader.GetString(1), reader.GetString(2)),
                            reader.GetString(3),
                            reader.GetInt32(4),
                            reader.GetInt32(5)));
                    }
                }

                if (claimed.Count == 0)
                {
                    return [];
                }

                var (list, parameters) = ListOf(claimed.Select(c => c.NoticeId).Distinct(StringComparer.Ordinal));
                var notices = (await ReadNoticesAsync(
                    transaction.Connection!,
                    transaction,
                    $"select {NoticeColumns} from notice where id in {list}",
                    parameters,
                    ct)).ToDictionary(n => n.Id, StringComparer.Ordinal);
                return [.. claimed.Select(c => new OutboxItem(c.Target, notices[c.NoticeId], c.Attempts, c.Claim))];
            },
            ct);

    public ValueTask<bool> ResolveAsync(
        OutboxItem item, OutboxResult result, long nowMs, CancellationToken ct = default)
    {
        var (change, nextMs, error) = result switch
        {
            OutboxResult.Done => ("done_ms = @nowMs, last_error = null", nowMs, (string?)null),
            OutboxResult.Later later => ("next_ms = @nextMs, last_error = @error", later.NextMs, later.Error),
            OutboxResult.Postponed postponed => ("next_ms = @nextMs, attempts = attempts - 1", postponed.NextMs, null),
            OutboxResult.GivenUp givenUp => ("given_up_ms = @nowMs, last_error = @error", nowMs, givenUp.Error),
            _ => throw new ArgumentOutOfRangeException(nameof(result)),
        };
        return dialect.WriteAsync(
            async transaction => await ExecuteAsync(
                transaction,
                $"update outbox set {change} where id = @Id and claim = @Claim and {Waiting}",
                new { item.Id, item.Claim, nowMs, nextMs, error },
                ct) > 0,
            ct);
    }

    public ValueTask<int> RemoveBeforeAsync(long beforeMs, CancellationToken ct = default) => dialect.WriteAsync(
        async transaction =>
        {
            await ExecuteAsync(
                transaction,
                "delete from outbox where notice_id in (select id from notice where visible_ms < @beforeMs)",
                new { beforeMs },
                ct);
            return await ExecuteAsync(
                transaction, "delete from notice where visible_ms < @beforeMs", new { beforeMs }, ct);
        },
        ct);

    private static async ValueTask<bool> InsertAsync(DbTransaction transaction, Notice notice, CancellationToken ct) =>
        await ExecuteAsync(
            transaction,
            $"insert into notice ({NoticeColumns}) values (@Id, @PersonId, @Kind, @Severity, @Subject, @Body, @Link, "
            + "@DedupeKey, @CreatedAtMs, @VisibleAtMs, @ReadAtMs) on conflict (person_id, dedupe_key) do nothing",
            new
            {
                notice.Id,
                notice.PersonId,
                notice.Kind,
                Severity = (int)notice.Severity,
                notice.Subject,
                notice.Body,
                notice.Link,
                notice.DedupeKey,
                notice.CreatedAtMs,
                notice.VisibleAtMs,
                notice.ReadAtMs,
            },
            ct) > 0;

    // Dapper's own lists work on one of the two databases only.
    private static (string List, DynamicParameters Parameters) ListOf(IEnumerable<string> values)
    {
        var parameters = new DynamicParameters();
        var names = values.Select((value, i) =>
        {
            parameters.Add($"p{i}", value);
            return $"@p{i}";
        }).ToList();
        return ($"({string.Join(", ", names)})", parameters);
    }

    private static async ValueTask<int> ExecuteAsync(
        DbTransaction transaction, string sql, object parameters, CancellationToken ct) =>
        await transaction.Connection!.ExecuteAsync(
            new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));

    private static async ValueTask<IReadOnlyList<Notice>> ReadNoticesAsync(
        DbConnection connection, DbTransaction? transaction, string sql, DynamicParameters parameters, CancellationToken ct)
    {
        using var reader = await connection.ExecuteReaderAsync(
            new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));
        var notices = new List<Notice>();
        while (await reader.ReadAsync(ct))
        {
            notices.Add(new Notice(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                (NoticeSeverity)reader.GetInt32(3),
                reader.GetString(4),
                reader.GetString(5),
                reader.GetString(6),
                reader.GetString(7),
                reader.GetInt64(8),
                reader.GetInt64(9),
                reader.IsDBNull(10) ? null : reader.GetInt64(10)));
        }

        return notices;
    }
}
