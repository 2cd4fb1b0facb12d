using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace Assay.Server.Store;

/// <summary>One numbered step of a dialect's schema.</summary>
/// <param name="Checksum">SHA-256 of its text, so that a step changed after it was applied is noticed.</param>
internal sealed record SchemaMigration(int Number, string Name, string Sql, string Checksum);

/// <summary>
/// Brings a database to this program's schema: every step that is missing, in order, in one transaction. Both
/// databases roll back schema changes, so a start that fails half-way leaves nothing behind.
/// </summary>
internal static class SchemaMigrations
{
    /// <summary>The steps of a dialect, from the files <c>Store/{dialect}/Migrations/NNNN_name.sql</c>.</summary>
    public static IReadOnlyList<SchemaMigration> Of(string dialect)
    {
        var assembly = typeof(SchemaMigrations).Assembly;
        var prefix = $"{assembly.GetName().Name}.Store.{dialect}.Migrations.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return FromText(name[prefix.Length..^".sql".Length], reader.ReadToEnd());
                }),
        ];
    }

    internal static SchemaMigration FromText(string name, string sql)
    {
        var text = sql.ReplaceLineEndings("\n");
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return new SchemaMigration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, text, checksum);
    }

    /// <param name="transaction">A transaction that nobody else can be in at the same time.</param>
    public static async Task ApplyAsync(
        DbTransaction transaction, IReadOnlyList<SchemaMigration> steps, TimeZoneInfo zone, long nowMs)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(
            "create table if not exists migration (number integer primary key, name text not null, "
            + "checksum text not null, applied_ms bigint not null)",
            transaction: transaction);
        var applied = (await connection.QueryAsync<(int Number, string Name, string Checksum)>(
            "select number, name, checksum from migration order by number", transaction: transaction)).ToList();
        foreach (var (number, name, checksum) in applied)
        {
            var step = steps.FirstOrDefault(step => step.Number == number)
                ?? throw new StoreSchemaException(
                    $"The database is newer than this program: it has the migration {name}, and this program's last is "
                    + $"{steps[^1].Name}. Start the newer program, or restore the backup made before it was started.");
            if (step.Checksum != checksum)
            {
                throw new StoreSchemaException(
                    $"The migration {step.Name} was changed after this database applied it (its checksum was {checksum} "
                    + $"and is {step.Checksum}). Migrations never change; add a new one.");
            }
        }

        foreach (var step in steps.Where(step => applied.All(done => done.Number != step.Number)))
        {
            await connection.ExecuteAsync(step.Sql, transaction: transaction);
            await connection.ExecuteAsync(
                "insert into migration (number, name, checksum, applied_ms) values (@Number, @Name, @Checksum, @nowMs)",
                new { step.Number, step.Name, step.Checksum, nowMs },
                transaction);
        }

        await FixTimeZoneAsync(transaction, zone);
    }

    private static async Task FixTimeZoneAsync(DbTransaction transaction, TimeZoneInfo zone)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(
            "insert into setting (name, value) values ('time_zone', @Id) on conflict (name) do nothing",
            new { zone.Id },
            transaction);
        var fixedZone = await connection.QuerySingleAsync<string>(
            "select value from setting where name = 'time_zone'", transaction: transaction);
        if (fixedZone != zone.Id)
        {
            throw new StoreSchemaException(
                $"The days of this database are those of the time zone {fixedZone}, and {zone.Id} is configured. Days that "
                + $"are summed up cannot change: set the time zone to {fixedZone}.");
        }
    }
}
