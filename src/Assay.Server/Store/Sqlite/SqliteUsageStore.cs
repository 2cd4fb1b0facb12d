using Assay.Ledger.Usage;
using Dapper;
using SQLitePCL;

namespace Assay.Server.Store.Sqlite;

/// <summary>Usage in SQLite. Writes run on the caller's thread, inside the store's gate.</summary>
internal sealed class SqliteUsageStore(SqliteStore store, StoreOptions options)
    : SqlUsageStore(store, options), IDisposable
{
    private const int DeletedAtOnce = 5_000;

    private readonly NameTable _names = new();
    private Statements? _statements;

    public override async ValueTask ApplyAsync(
        string node,
        long from,
        long to,
        IReadOnlyList<UsageEvent> settled,
        IReadOnlyList<AccountCharge> charges,
        CancellationToken ct = default)
    {
        await store.WriterGate.WaitAsync(ct);
        try
        {
            await store.Writing.Enter();
            _statements ??= new Statements(store.Writer.Handle!);
            Apply(_statements, node, from, to, settled, charges);
        }
        catch
        {
            _names.Forget();
            _statements?.RollBack();
            throw;
        }
        finally
        {
            store.WriterGate.Release();
        }
    }

    public override async ValueTask MaintainAsync(CancellationToken ct = default)
    {
        var cutoff = RetainedFromMs();
        var more = true;
        while (more)
        {
            await store.WriterGate.WaitAsync(ct);
            try
            {
                await store.Writing.Enter();

                // A few at a time, so that nobody waits long at the gate.
                var end = store.Writer.QuerySingleOrDefault<long?>(
                    "select started_ms + 1 from usage where started_ms < @cutoff order by started_ms limit 1 offset @skip",
                    new { cutoff, skip = DeletedAtOnce });
                store.Writer.Execute("delete from usage where started_ms < @end", new { end = end ?? cutoff });
                more = end is not null;
            }
            finally
            {
                store.WriterGate.Release();
            }
        }
    }

    public void Dispose() => _statements?.Dispose();

    private void Apply(
        Statements run,
        string node,
        long from,
        long to,
        IReadOnlyList<UsageEvent> settled,
        IReadOnlyList<AccountCharge> charges)
    {
        run.Begin.Run();
        MoveWatermark(run, node, from, to);
        foreach (var name in _names.UnknownOf(settled))
        {
            run.AddName.Add(name);
            run.AddName.Run();
            run.FindName.Add(name);
            _names.Learn([new(name, (int)run.FindName.RunForNumber()!.Value)]);
        }

        var rollups = new UsageRollups();
        for (var i = 0; i < settled.Count; i++)
        {
            var call = settled[i];
            var ids = _names.IdsOf(call);
            var (day, hour) = Calendar.Of(call.StartedAtMs);
            run.AddAttempt.WriteAttempt(call, ids, day, hour);
            run.AddAttempt.Run();
            if (run.AddAttempt.Changes > 0)
            {
                rollups.Add(call, ids, day, hour);
            }

            BlockingThreads.Done();
        }

        foreach (var (key, sums) in rollups.Hours())
        {
            run.AddHour.WriteHour(key, sums);
            run.AddHour.Run();
        }

        foreach (var (key, sums) in rollups.Days())
        {
            run.AddDay.WriteDay(key, sums);
            run.AddDay.Run();
        }

        foreach (var (key, sums) in rollups.Models())
        {
            run.AddModel.WriteModel(key, sums);
            run.AddModel.Run();
        }

        foreach (var (key, sums) in rollups.Teams())
        {
            run.AddTeam.WriteTeam(key, sums);
            run.AddTeam.Run();
        }

        foreach (var (account, change) in rollups.Balances())
        {
            run.AddBalance.Add(account);
            run.AddBalance.Add(change.Nanos);
            run.AddBalance.Run();
        }

        for (var i = 0; i < charges.Count; i++)
        {
            run.AddCharge.WriteCharge(charges[i], node);
            run.AddCharge.Run();
        }

        run.Commit.Run();
    }

    private static void MoveWatermark(Statements run, string node, long from, long to)
    {
        run.FindWatermark.Add(node);
        var actual = run.FindWatermark.RunForNumber() ?? 0;
        if (actual != from)
        {
            throw new WatermarkConflictException(node, from, actual);
        }

        run.SetWatermark.Add(node);
        run.SetWatermark.Add(to);
        run.SetWatermark.Run();
    }

    private sealed class Statements(sqlite3 database) : IDisposable
    {
        public SqliteStatement Begin { get; } = new(database, "begin immediate");

        public SqliteStatement Commit { get; } = new(database, "commit");

        public SqliteStatement FindWatermark { get; } = new(
            database, "select position from watermark where node = ?");

        public SqliteStatement SetWatermark { get; } = new(
            database,
            "insert into watermark (node, position) values (?, ?) "
            + "on conflict (node) do update set position = excluded.position");

        public SqliteStatement AddName { get; } = new(
            database, "insert into name (value) values (?) on conflict do nothing");

        public SqliteStatement FindName { get; } = new(database, "select id from name where value = ?");

        public SqliteStatement AddAttempt { get; } = new(
            database,
            $"insert into usage ({string.Join(", ", UsageColumns.Attempt)}) {Values(UsageColumns.Attempt)} "
            + "on conflict do nothing");

        public SqliteStatement AddHour { get; } = new(
            database, UsageColumns.AddHours(Values(UsageColumns.Hour)));

        public SqliteStatement AddDay { get; } = new(
            database, UsageColumns.AddDays(Values(UsageColumns.Day)));

        public SqliteStatement AddModel { get; } = new(
            database, UsageColumns.AddModels(Values(UsageColumns.Model)));

        public SqliteStatement AddTeam { get; } = new(
            database, UsageColumns.AddTeams(Values(UsageColumns.Team)));

        public SqliteStatement AddBalance { get; } = new(
            database,
            "insert into balance (account, amount) values (?, ?) "
            + "on conflict (account) do update set amount = balance.amount + excluded.amount");

        public SqliteStatement AddCharge { get; } = new(
            database, UsageColumns.AddCharges(Values(UsageColumns.Charge)));

        public void RollBack()
        {
            // SQLite may have rolled back already, as on a full disk.
            if (raw.sqlite3_get_autocommit(database) == 0)
            {
                _ = raw.sqlite3_exec(database, "rollback");
            }
        }

        public void Dispose()
        {
            SqliteStatement[] all =
            [
                Begin, Commit, FindWatermark, SetWatermark, AddName, FindName, AddAttempt, AddHour, AddDay, AddModel,
                AddTeam, AddBalance, AddCharge,
            ];
            foreach (var statement in all)
            {
                statement.Dispose();
            }
        }

        private static string Values(string[] columns) =>
            $"values ({string.Join(", ", Enumerable.Repeat("?", columns.Length))})";
    }
}
