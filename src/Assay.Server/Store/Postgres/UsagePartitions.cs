using System.Globalization;
using Dapper;
using Npgsql;

namespace Assay.Server.Store.Postgres;

/// <summary>
/// The months that attempts are kept in, each a table of its own: made before they are needed, dropped as a whole. Made
/// and dropped in the way that does not wait for the readers of the other months.
/// </summary>
internal sealed class UsagePartitions(NpgsqlDataSource source)
{
    private const int MonthsAhead = 2;

    private readonly HashSet<int> _known = [];

    /// <summary>Makes the months of instants that are not there yet.</summary>
    public async ValueTask EnsureAsync(IEnumerable<long> startedMs, CancellationToken ct)
    {
        List<int>? missing = null;
        var last = int.MinValue;
        foreach (var instant in startedMs)
        {
            var month = MonthOf(instant);
            if (month != last && !IsKnown(month))
            {
                missing ??= [];
                missing.Add(month);
            }

            last = month;
        }

        if (missing is not null)
        {
            await MakeAsync([.. missing.Distinct()], ct);
        }
    }

    /// <summary>Makes the coming months and drops those that ended before an instant.</summary>
    public async ValueTask MaintainAsync(long nowMs, long cutoffMs, CancellationToken ct)
    {
        var month = MonthOf(nowMs);
        await MakeAsync([.. Enumerable.Range(month, MonthsAhead + 1)], ct);
        await using var connection = await source.OpenConnectionAsync(ct);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select pg_try_advisory_lock(@SchemaLock)", new { PostgresStore.SchemaLock }, cancellationToken: ct)))
        {
            return; // Another node is at it.
        }

        try
        {
            // A detachment that was interrupted is finished first; then the month is nobody's but ours.
            var months = await connection.QueryAsync<(string Name, bool IsPending)>(new CommandDefinition(
                "select c.relname, i.inhdetachpending from pg_inherits i join pg_class c on c.oid = i.inhrelid "
                + "where i.inhparent = 'usage'::regclass",
                cancellationToken: ct));
            foreach (var (name, isPending) in months.Where(found => StartMs(MonthOf(found.Name) + 1) <= cutoffMs))
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    $"alter table usage detach partition {name} {(isPending ? "finalize" : "concurrently")}",
                    cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition($"drop table {name}", cancellationToken: ct));
            }
        }
        finally
        {
            Forget();
            await connection.ExecuteAsync("select pg_advisory_unlock(@SchemaLock)", new { PostgresStore.SchemaLock });
        }
    }

    /// <summary>Looks again which months there are: another node may have dropped one.</summary>
    public void Forget()
    {
        lock (_known)
        {
            _known.Clear();
        }
    }

    private bool IsKnown(int month)
    {
        lock (_known)
        {
            return _known.Contains(month);
        }
    }

    private async ValueTask MakeAsync(IReadOnlyList<int> months, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(@SchemaLock)", new { PostgresStore.SchemaLock }, transaction, cancellationToken: ct));
        foreach (var month in months)
        {
            var name = NameOf(month);
            var isThere = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select to_regclass(@name) is not null", new { name }, transaction, cancellationToken: ct));
            if (!isThere)
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    $"create table {name} (like usage including all); "
                    + $"alter table usage attach partition {name} for values from ({StartMs(month)}) to ({StartMs(month + 1)})",
                    transaction: transaction,
                    cancellationToken: ct));
            }
        }

        await transaction.CommitAsync(ct);
        lock (_known)
        {
            _known.UnionWith(months);
        }
    }

    // Months are counted from the year 0.
    private static int MonthOf(long unixMs)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
        return (at.Year * 12) + at.Month - 1;
    }

    private static int MonthOf(string name) =>
        (int.Parse(name.AsSpan("usage_".Length, 4), CultureInfo.InvariantCulture) * 12)
        + int.Parse(name.AsSpan("usage_".Length + 4, 2), CultureInfo.InvariantCulture) - 1;

    private static string NameOf(int month) => string.Create(
        CultureInfo.InvariantCulture, $"usage_{month / 12:0000}{(month % 12) + 1:00}");

    private static long StartMs(int month) =>
        new DateTimeOffset(month / 12, (month % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
