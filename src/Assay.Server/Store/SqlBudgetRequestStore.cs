using Assay.Server.Budgets;
using Assay.Server.Directory;
using Dapper;

namespace Assay.Server.Store;

/// <summary>Requests in either database. A decision and what it changes in the directory are one transaction.</summary>
internal sealed class SqlBudgetRequestStore(ISqlDialect dialect, SqlDirectoryStore directory, StoreOptions options)
    : IBudgetRequestStore
{
    public const int LimitMax = 1000;

    private static readonly DirectoryTable<BudgetRequest> s_table = DirectoryTables.BudgetRequests;

    public async ValueTask<BudgetRequest?> FindAsync(string id, CancellationToken ct = default)
    {
        await using var connection = await dialect.OpenReaderAsync(ct);
        await using var snapshot = await dialect.BeginSnapshotAsync(connection, ct);
        return await s_table.FindAsync(snapshot, id, ct);
    }

    public async ValueTask<IReadOnlyList<BudgetRequest>> ListAsync(
        BudgetRequestQuery query, CancellationToken ct = default)
    {
        var conditions = new List<string>();
        var parameters = new DynamicParameters(new { limit = Math.Clamp(query.Limit, 1, LimitMax), now = query.NowMs });
        if (query.State is { } state)
        {
            conditions.Add(state switch
            {
                BudgetRequestState.Open => "state = 'open' and (until_ms is null or until_ms > @now)",
                BudgetRequestState.Expired => "(state = 'expired' or (state = 'open' and until_ms <= @now))",
                _ => "state = @state",
            });
            parameters.Add("state", DirectoryWords.Word(state));
        }

        if (query.AskedBy is { } asker)
        {
            conditions.Add("asked_by = @asker");
            parameters.Add("asker", asker);
        }

        if (query.Before is { } before)
        {
            conditions.Add("id < @before");
            parameters.Add("before", before);
        }

        var where = conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)} ";
        await using var connection = await dialect.OpenReaderAsync(ct);
        using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            $"select {string.Join(", ", s_table.Columns)} from {s_table.Table} {where}order by id desc limit @limit",
            parameters,
            cancellationToken: ct));
        var requests = new List<BudgetRequest>();
        while (await reader.ReadAsync(ct))
        {
            requests.Add(s_table.Read(reader));
        }

        return requests;
    }

    public ValueTask<BudgetRequest?> AddAsync(BudgetRequest request, CancellationToken ct = default) =>
        dialect.WriteAsync(
            async transaction =>
            {
                // Under the directory's lock, so that two at once do not both find nothing.
                var version = await SqlDirectoryStore.LockAsync(transaction, ct);
                await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                    "update budget_request set state = 'expired' "
                    + "where budget_id = @BudgetId and asked_by = @AskedBy and state = 'open' and until_ms <= @now",
                    new { request.BudgetId, request.AskedBy, now = NowMs },
                    transaction,
                    cancellationToken: ct));
                var openId = await transaction.Connection!.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
                    "select id from budget_request where budget_id = @BudgetId and asked_by = @AskedBy and state = 'open'",
                    new { request.BudgetId, request.AskedBy },
                    transaction,
                    cancellationToken: ct));
                if (openId is not null)
                {
                    return await s_table.FindAsync(transaction, openId, ct);
                }

                await directory.PutAsync(transaction, s_table, version, null, request, "AskForBudget", request.AskedBy, ct);
                return null;
            },
            ct);

    public ValueTask<RequestClosing> CloseAsync(
        BudgetRequest closed,
        IReadOnlyList<DirectoryChange> changes,
        long directoryVersion,
        string actor,
        CancellationToken ct = default) =>
        dialect.WriteAsync(
            async transaction =>
            {
                var version = await SqlDirectoryStore.LockAsync(transaction, ct);
                if (await s_table.FindAsync(transaction, closed.Id, ct) is not { } before)
                {
                    return new RequestClosing(RequestClosingStatus.Missing, null);
                }

                if (before.StateAt(NowMs) != BudgetRequestState.Open)
                {
                    return new RequestClosing(RequestClosingStatus.Closed, before);
                }

                if (version != directoryVersion)
                {
                    return new RequestClosing(RequestClosingStatus.Stale, before);
                }

                version = await directory.ChangeWithinAsync(transaction, version, changes, actor, ct);
                var action = closed.State == BudgetRequestState.Withdrawn ? "WithdrawBudgetRequest" : "DecideBudgetRequest";
                await directory.PutAsync(transaction, s_table, version, before, closed, action, actor, ct);
                return new RequestClosing(RequestClosingStatus.Done, closed);
            },
            ct);

    private long NowMs => options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
}
