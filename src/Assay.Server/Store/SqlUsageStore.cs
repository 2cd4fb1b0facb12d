using System.Data.Common;
using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Dapper;

namespace Assay.Server.Store;

/// <summary>Everything that both databases are asked in the same words: all reading of usage.</summary>
internal abstract class SqlUsageStore(ISqlDialect dialect, StoreOptions options) : IUsageStore
{
    // Below what either database takes as parameters of one statement.
    private const int AccountsAtOnce = 500;

    private static readonly string s_attemptColumns = string.Join(", ", UsageColumns.Attempt.Select(column =>
        UsageColumns.Names.Contains(column) ? $"(select value from name where id = u.{column})" : $"u.{column}"));

    protected LocalCalendar Calendar { get; } = new(options.TimeZone);

    public abstract ValueTask ApplyAsync(
        string node,
        long from,
        long to,
        IReadOnlyList<UsageEvent> settled,
        IReadOnlyList<AccountCharge> charges,
        CancellationToken ct = default);

    public abstract ValueTask MaintainAsync(CancellationToken ct = default);

    public async ValueTask<long> WatermarkAsync(string node, CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<long>(new CommandDefinition(
            "select position from watermark where node = @node", new { node }, cancellationToken: ct));
    }

    public async ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken ct = default)
    {
        // A database takes longer to sort thousands of rows than they take here, and hours are in order only as it has them.
        if (query.Group.Count > 0 && !query.Group.Any(UsageOrder.IsTime))
        {
            var rows = await ReadAsync(inOrder: false);
            if (rows.Count <= query.RowsMax)
            {
                rows.Sort(UsageOrder.CostliestFirst);
                return rows;
            }
        }

        return await ReadAsync(inOrder: true);

        ValueTask<List<UsageRow>> ReadAsync(bool inOrder)
        {
            var (sql, parameters) = UsageSql.Of(query, dialect, Calendar, RetainedFromMs(), inOrder);
            return dialect.ReadAsync(sql, parameters, reader => ReadUsageRow(reader, query.Group, query.Detail), ct);
        }
    }

    public async ValueTask<IReadOnlyList<UsageEvent>> RequestsAsync(RequestQuery query, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters();
        List<string> conditions = [.. UsageSql.Conditions(query.Filter, parameters, dialect)];
        AddWhen(query.From is not null, "u.started_ms >= @from", "from", query.From?.ToUnixTimeMilliseconds());
        // With two upper ends SQLite looks for the first, and reads all that is behind it once more for every page.
        AddWhen(query.To is not null && !(query.After?.StartedAtMs < query.To?.ToUnixTimeMilliseconds()), "u.started_ms < @to", "to", query.To?.ToUnixTimeMilliseconds());
        AddWhen(query.Outcome is not null, "u.outcome = @outcome", "outcome", (int?)query.Outcome);
        AddWhen(query.Status is not null, "u.status = @status", "status", query.Status);
        if (query.RequestId is { } requestId)
        {
            AddWhen(true, "u.request_id = @requestId", "requestId", dialect.ToParameter(requestId));
        }

        if (query.After is { } after)
        {
            parameters.Add("afterId", dialect.ToParameter(after.Id));
            AddWhen(true, "(u.started_ms, u.id) < (@afterMs, @afterId)", "afterMs", after.StartedAtMs);
        }

        parameters.Add("limit", Math.Clamp(query.Limit, 1, RequestQuery.LimitMax));
        var where = conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)} ";
        return await dialect.ReadAsync(
            $"select {s_attemptColumns} from usage u {where}order by u.started_ms desc, u.id desc limit @limit",
            parameters,
            ReadAttempt,
            ct);

        void AddWhen(bool isAsked, string condition, string name, object? value)
        {
            if (isAsked)
            {
                conditions.Add(condition);
                parameters.Add(name, value);
            }
        }
    }

    public async ValueTask<IReadOnlyList<SessionRow>> SessionsAsync(SessionQuery query, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters();
        parameters.Add("from", query.From.ToUnixTimeMilliseconds());
        parameters.Add("to", query.To.ToUnixTimeMilliseconds());
        parameters.Add("limit", Math.Clamp(query.Limit, 1, RequestQuery.LimitMax));
        IEnumerable<string> conditions =
        [
            "u.started_ms >= @from", "u.started_ms < @to", "u.session <> ''",
            .. UsageSql.Conditions(query.Filter, parameters, dialect),
        ];
        var counts = string.Join(", ", UsageColumns.Classes.Select(name =>
            $"cast(coalesce(sum(u.{name}), 0) as bigint) as {name}"));
        return await dialect.ReadAsync(
            "select s.session, (select value from name where id = s.person), (select value from name where id = s.client), "
            + $"s.* from (select u.session, u.person, max(u.client) as client, min(u.started_ms) as first_ms, "
            + $"max(u.started_ms) as last_ms, count(*) as requests, cast(sum(u.cost) as bigint) as cost, {counts} "
            + $"from usage u where {string.Join(" and ", conditions)} group by u.session, u.person) s "
            + "order by s.last_ms desc, s.session, s.person limit @limit",
            parameters,
            reader => new SessionRow(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetInt64(8),
                ReadCounts(reader, 10),
                new NanoUsd(reader.GetInt64(9)),
                reader.GetInt64(6),
                reader.GetInt64(7)),
            ct);
    }

    public async ValueTask<LedgerTotals> TotalsAsync(CancellationToken ct = default)
    {
        // One statement, so that the numbers belong together while the projector writes.
        var rows = await dialect.ReadAsync(
            $"select {UsageSql.SumsOf("u")}, "
            + "(select cast(coalesce(sum(amount), 0) as bigint) from balance where account like 'expense:%'), "
            + "(select cast(coalesce(sum(amount), 0) as bigint) from balance) from usage_day u",
            new DynamicParameters(),
            reader =>
            {
                var sums = ReadUsageRow(reader, [], UsageDetail.Classes);
                var next = UsageColumns.Sums.Length;
                return new LedgerTotals(
                    sums.Requests, sums.Counts, sums.Cost, sums.EstimatedCost, sums.Estimated, sums.Unpriced, sums.Errors,
                    new NanoUsd(reader.GetInt64(next)), new NanoUsd(reader.GetInt64(next + 1)));
            },
            ct);
        return rows[0];
    }

    public async ValueTask<IReadOnlyList<Balance>> BalancesAsync(CancellationToken ct = default) => await dialect.ReadAsync(
        "select account, amount from balance order by account",
        new DynamicParameters(),
        reader => new Balance(reader.GetString(0), new NanoUsd(reader.GetInt64(1))),
        ct);

    public async ValueTask<IReadOnlyList<AccountCharge>> ChargesAsync(
        string node, IReadOnlyCollection<string> accounts, CancellationToken ct = default)
    {
        var charges = new List<AccountCharge>();
        foreach (var some in accounts.Chunk(AccountsAtOnce))
        {
            // Dapper's own lists work on one of the two databases only.
            var parameters = new DynamicParameters();
            parameters.Add("node", node);
            for (var i = 0; i < some.Length; i++)
            {
                parameters.Add($"p{i}", some[i]);
            }

            var list = string.Join(", ", Enumerable.Range(0, some.Length).Select(i => $"@p{i}"));
            charges.AddRange(await dialect.ReadAsync(
                "select account, hour, money, tokens, money_overage, tokens_overage from budget_account "
                + $"where node = @node and account in ({list})",
                parameters,
                reader => new AccountCharge(
                    reader.GetString(0),
                    reader.GetInt64(1),
                    reader.GetInt64(2),
                    reader.GetInt64(3),
                    reader.GetInt64(4),
                    reader.GetInt64(5)),
                ct));
        }

        return charges;
    }

    /// <summary>Attempts that started before this instant may be gone.</summary>
    protected long RetainedFromMs() => (options.Clock.GetUtcNow() - options.UsageRetention).ToUnixTimeMilliseconds();

    private UsageRow ReadUsageRow(DbDataReader reader, IReadOnlyList<UsageDimension> group, UsageDetail detail)
    {
        var next = group.Count;
        return new UsageRow(
            [.. group.Select((dimension, i) => ReadGroup(reader, dimension, i))],
            reader.GetInt64(next),
            ReadSums(reader, next + UsageColumns.Amounts.Length, detail),
            new NanoUsd(reader.GetInt64(next + 4)),
            new NanoUsd(reader.GetInt64(next + 5)),
            reader.GetInt64(next + 2),
            reader.GetInt64(next + 3),
            reader.GetInt64(next + 1));
    }

    private string ReadGroup(DbDataReader reader, UsageDimension dimension, int column)
    {
        switch (dimension)
        {
            case UsageDimension.Day:
                var day = reader.GetInt32(column);
                return new DateOnly(day / 10_000, day / 100 % 100, day % 100).ToString("O", CultureInfo.InvariantCulture);
            case UsageDimension.Hour:
                return Calendar.ToLocal(reader.GetInt64(column))
                    .ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
            default:
                return reader.GetString(column);
        }
    }

    /// <summary>Sums are never null.</summary>
    private static UsageCounts ReadSums(DbDataReader reader, int column, UsageDetail detail)
    {
        var counts = default(UsageCounts);
        foreach (var sum in UsageColumns.TokensAs(detail))
        {
            counts[sum.Class] = reader.GetInt64(column++);
        }

        return counts;
    }

    private static UsageCounts ReadCounts(DbDataReader reader, int column)
    {
        var counts = default(UsageCounts);
        for (var i = 0; i < UsageCounts.ClassCount; i++)
        {
            counts[(UsageClass)i] = reader.IsDBNull(column + i) ? 0 : reader.GetInt64(column + i);
        }

        return counts;
    }

    // In the order of UsageColumns.Attempt.
    private UsageEvent ReadAttempt(DbDataReader reader) => new()
    {
        StartedAtMs = reader.GetInt64(0),
        Id = dialect.ReadGuid(reader, 1),
        RequestId = dialect.ReadGuid(reader, 2),
        DurationMs = reader.GetInt32(5),
        FirstByteMs = reader.GetInt32(6),
        PersonId = reader.GetString(7),
        AgentId = reader.GetString(8),
        TeamId = reader.GetString(9),
        KeyId = reader.GetString(10),
        UseCase = reader.GetString(11),
        Provider = reader.GetString(12),
        Model = reader.GetString(13),
        RequestedModel = reader.GetString(14),
        Client = reader.GetString(15),
        Operation = reader.GetString(16),
        ServiceTier = reader.GetString(17),
        PriceVersion = reader.GetString(18),
        Arm = reader.GetString(19),
        Session = reader.GetString(20),
        WorkRef = reader.GetString(21),
        Status = reader.GetInt32(22),
        Resolution = (Resolution)reader.GetInt32(23),
        Outcome = (CallOutcome)reader.GetInt32(24),
        Marks = (UsageMarks)reader.GetInt32(25),
        Cost = new NanoUsd(reader.GetInt64(26)),
        Reserved = new NanoUsd(reader.GetInt64(27)),
        Counts = ReadCounts(reader, 28),
    };
}
