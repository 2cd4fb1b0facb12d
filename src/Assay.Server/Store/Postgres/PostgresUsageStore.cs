using Assay.Ledger.Usage;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Assay.Server.Store.Postgres;

/// <summary>Usage in PostgreSQL: a batch is seven statements in three round trips, whatever its size.</summary>
internal sealed class PostgresUsageStore : SqlUsageStore, IDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly StoreOptions _options;
    private readonly UsagePartitions _partitions;
    private readonly NameTable _names = new();
    private readonly ColumnArrays _attempts = new(UsageColumns.Attempt, TypeOf);
    private readonly ColumnArrays _hours = new(UsageColumns.Hour, TypeOf);
    private readonly ColumnArrays _days = new(UsageColumns.Day, TypeOf);
    private readonly ColumnArrays _models = new(UsageColumns.Model, TypeOf);
    private readonly ColumnArrays _teams = new(UsageColumns.Team, TypeOf);
    private readonly ColumnArrays _balances = new(["account", "amount"], TypeOf);
    private readonly ColumnArrays _charges = new(UsageColumns.Charge, TypeOf);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _addAttempts;
    private readonly string _addHours;
    private readonly string _addDays;
    private readonly string _addModels;
    private readonly string _addTeams;
    private readonly string _addBalances;

    public PostgresUsageStore(ISqlDialect dialect, NpgsqlDataSource source, StoreOptions options)
        : base(dialect, options)
    {
        _source = source;
        _options = options;
        _partitions = new UsagePartitions(source);
        _addAttempts = $"insert into usage ({string.Join(", ", UsageColumns.Attempt)}) {_attempts.Source} "
            + "on conflict do nothing returning id";
        _addHours = UsageColumns.AddHours(_hours.Source);
        _addDays = UsageColumns.AddDays(_days.Source);
        _addModels = UsageColumns.AddModels(_models.Source);
        _addTeams = UsageColumns.AddTeams(_teams.Source);
        _addBalances = $"insert into balance (account, amount) {_balances.Source} "
            + "on conflict (account) do update set amount = balance.amount + excluded.amount";
    }

    public override async ValueTask ApplyAsync(
        string node,
        long from,
        long to,
        IReadOnlyList<UsageEvent> settled,
        IReadOnlyList<AccountCharge> charges,
        CancellationToken ct = default)
    {
        await _gate.WaitAsync(ct);
        try
        {
            await _partitions.EnsureAsync(settled.Select(call => call.StartedAtMs), ct);
            await using var connection = await _source.OpenConnectionAsync(ct);
            await LearnNamesAsync(connection, settled, ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await MoveWatermarkAsync(connection, node, from, to, ct);
            if (settled.Count > 0)
            {
                await AddSumsAsync(connection, await AddAttemptsAsync(connection, settled, ct), ct);
            }

            await AddChargesAsync(connection, node, charges, ct);

            await transaction.CommitAsync(ct);
        }
        catch
        {
            _partitions.Forget();
            _names.Forget();
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    public override ValueTask MaintainAsync(CancellationToken ct = default) => _partitions.MaintainAsync(
        _options.Clock.GetUtcNow().ToUnixTimeMilliseconds(), RetainedFromMs(), ct);

    public void Dispose() => _gate.Dispose();

    private async ValueTask LearnNamesAsync(
        NpgsqlConnection connection, IReadOnlyList<UsageEvent> settled, CancellationToken ct)
    {
        var unknown = _names.UnknownOf(settled);
        if (unknown.Count == 0)
        {
            return;
        }

        // Outside the batch's transaction: a name without use does no harm, and nodes do not wait for each other's batch.
        var names = unknown.ToArray();
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into name (value) select unnest(@names) "
            + "except select value from name where value = any(@names) order by 1 on conflict do nothing",
            new { names },
            cancellationToken: ct));
        var found = await connection.QueryAsync<(string Value, int Id)>(new CommandDefinition(
            "select value, id from name where value = any(@names)", new { names }, cancellationToken: ct));
        _names.Learn(found.Select(name => KeyValuePair.Create(name.Value, name.Id)));
    }

    private static async ValueTask MoveWatermarkAsync(
        NpgsqlConnection connection, string node, long from, long to, CancellationToken ct)
    {
        // A node never seen stands at 0.
        var moved = await connection.ExecuteAsync(new CommandDefinition(
            from == 0
                ? "insert into watermark (node, position) values (@node, @to) "
                    + "on conflict (node) do update set position = @to where watermark.position = 0"
                : "update watermark set position = @to where node = @node and position = @from",
            new { node, from, to },
            cancellationToken: ct));
        if (moved == 0)
        {
            var actual = await connection.QuerySingleOrDefaultAsync<long>(new CommandDefinition(
                "select position from watermark where node = @node", new { node }, cancellationToken: ct));
            throw new WatermarkConflictException(node, from, actual);
        }
    }

    /// <summary>Inserts the attempts and returns the sums of those that were not there yet.</summary>
    private async ValueTask<UsageRollups> AddAttemptsAsync(
        NpgsqlConnection connection, IReadOnlyList<UsageEvent> settled, CancellationToken ct)
    {
        _attempts.Clear();
        for (var i = 0; i < settled.Count; i++)
        {
            var (day, hour) = Calendar.Of(settled[i].StartedAtMs);
            _attempts.WriteAttempt(settled[i], _names.IdsOf(settled[i]), day, hour);
        }

        await using var command = new NpgsqlCommand(_addAttempts, connection);
        _attempts.AddTo(command.Parameters);
        var added = new HashSet<Guid>(settled.Count);
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                added.Add(reader.GetGuid(0));
            }
        }

        var rollups = new UsageRollups();
        for (var i = 0; i < settled.Count; i++)
        {
            if (added.Remove(settled[i].Id))
            {
                var (day, hour) = Calendar.Of(settled[i].StartedAtMs);
                rollups.Add(settled[i], _names.IdsOf(settled[i]), day, hour);
            }
        }

        return rollups;
    }

    private async ValueTask AddSumsAsync(NpgsqlConnection connection, UsageRollups rollups, CancellationToken ct)
    {
        _hours.Clear();
        foreach (var (key, sums) in rollups.Hours())
        {
            _hours.WriteHour(key, sums);
        }

        _days.Clear();
        foreach (var (key, sums) in rollups.Days())
        {
            _days.WriteDay(key, sums);
        }

        _models.Clear();
        foreach (var (key, sums) in rollups.Models())
        {
            _models.WriteModel(key, sums);
        }

        _teams.Clear();
        foreach (var (key, sums) in rollups.Teams())
        {
            _teams.WriteTeam(key, sums);
        }

        _balances.Clear();
        foreach (var (account, change) in rollups.Balances())
        {
            _balances.Add(account);
            _balances.Add(change.Nanos);
        }

        await using var batch = new NpgsqlBatch(connection);
        Add(_addHours, _hours);
        Add(_addDays, _days);
        Add(_addModels, _models);
        Add(_addTeams, _teams);
        Add(_addBalances, _balances);
        await batch.ExecuteNonQueryAsync(ct);

        void Add(string sql, ColumnArrays rows)
        {
            var command = new NpgsqlBatchCommand(sql);
            rows.AddTo(command.Parameters);
            batch.BatchCommands.Add(command);
        }
    }

    private async ValueTask AddChargesAsync(
        NpgsqlConnection connection, string node, IReadOnlyList<AccountCharge> charges, CancellationToken ct)
    {
        if (charges.Count == 0)
        {
            return;
        }

        _charges.Clear();
        for (var i = 0; i < charges.Count; i++)
        {
            _charges.WriteCharge(charges[i], node);
        }

        await using var command = new NpgsqlCommand(UsageColumns.AddCharges(_charges.Source), connection);
        _charges.AddTo(command.Parameters);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlDbType TypeOf(string column) => column switch
    {
        "id" or "request_id" => NpgsqlDbType.Uuid,
        "session" or "work_ref" or "account" or "node" => NpgsqlDbType.Text,
        _ => NpgsqlDbType.Bigint,
    };
}
