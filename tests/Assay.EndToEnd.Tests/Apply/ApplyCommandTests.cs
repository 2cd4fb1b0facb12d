using System.CommandLine;
using Assay.Apply;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;

namespace Assay.EndToEnd.Tests.Apply;

public sealed class ApplyCommandTests
{
    [Fact]
    public async Task The_command_opens_the_store_of_its_configuration_and_applies_the_file()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        var path = fixture.Write("teams: [{ id: eng }]");

        var (code, output, _) = await Run(fixture, "apply", "-f", path, "--config", "here.json");

        code.ShouldBe(0);
        output.ShouldContain("config here.json");
        output.ShouldContain("+ team eng (eng) in org");
        (await fixture.Directory()).Teams.Find("eng").ShouldNotBeNull();
    }

    [Fact]
    public async Task The_command_knows_dry_run_and_prune()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply("people: [{ email: a@b.c }]")).ShouldSucceed();
        var path = fixture.Write("teams: [{ id: eng }]");

        var (code, output, _) = await Run(fixture, "apply", "--file", path, "--dry-run", "--prune");

        code.ShouldBe(0);
        output.ShouldContain("- person a@b.c (disabled)");
        output.ShouldContain("dry run");
        (await fixture.Directory()).Teams.Find("eng").ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_file_the_command_says_what_is_missing()
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var (code, _, errors) = await Run(fixture, "apply");

        code.ShouldNotBe(0);
        errors.ShouldContain("--file");
    }

    private static async Task<(int Code, string Output, string Errors)> Run(ApplyFixture fixture, params string[] args)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        var root = new RootCommand { ApplyCommand.Create(Open) };
        var code = await root.Parse(args).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = errors }, ApplyFixture.Ct);
        return (code, output.ToString(), errors.ToString());

        async Task<IStore> Open(string config, CancellationToken ct)
        {
            await output.WriteLineAsync($"config {config}");
            var store = new SqliteStore(fixture.DatabasePath, new StoreOptions());
            await store.MigrateAsync(ct);
            return store;
        }
    }
}
