using System.Collections;
using System.Reflection;
using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace Assay.Server.Tests.Store;

/// <summary>The connection that writes lives as long as the process.</summary>
public sealed class SqliteWriterTests
{
    [Fact]
    public async Task What_was_written_leaves_no_command_behind_on_the_connection()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("assay-writer-");
        try
        {
            await using var store = new SqliteStore(Path.Combine(folder.FullName, "assay.db"), new StoreOptions());
            await store.MigrateAsync(TestContext.Current.CancellationToken);
            await store.Directory.ChangeAsync([new DirectoryChange.PutTeam(new Team("org", null, "Org"))], "setup", TestContext.Current.CancellationToken);
            var before = CommandsOf(store.Writer);
            for (var i = 0; i < 50; i++)
            {
                await store.Directory.ChangeAsync(
                    [new DirectoryChange.PutTeam(new Team($"t{i}", "org", "Team"))], "setup", TestContext.Current.CancellationToken);
            }

            CommandsOf(store.Writer).ShouldBe(before);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The driver keeps every command of a connection in a list that it searches each time one is disposed.
    private static int CommandsOf(SqliteConnection connection) =>
        typeof(SqliteConnection).GetField("_commands", BindingFlags.NonPublic | BindingFlags.Instance)
            .ShouldNotBeNull().GetValue(connection).ShouldBeAssignableTo<ICollection>().ShouldNotBeNull().Count;
}
