using Assay.Apply;
using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;

namespace Assay.EndToEnd.Tests.Apply;

/// <summary>A new SQLite store and files to apply to it.</summary>
internal sealed class ApplyFixture : IAsyncDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("assay-apply-").FullName;
    private readonly SqliteStore _store;

    private ApplyFixture() => _store = new SqliteStore(Path.Combine(_folder, "assay.db"), new StoreOptions());

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public IStore Store => _store;

    public string DatabasePath => Path.Combine(_folder, "assay.db");

    public static async Task<ApplyFixture> StartAsync()
    {
        var fixture = new ApplyFixture();
        await fixture._store.MigrateAsync(Ct);
        return fixture;
    }

    public string Write(string yaml, string name = "org.yaml")
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, yaml);
        return path;
    }

    public Task<Applied> Apply(string yaml, bool dryRun = false, bool prune = false) =>
        ApplyFile(Write(yaml), dryRun, prune);

    public async Task<Applied> ApplyFile(string path, bool dryRun = false, bool prune = false)
    {
        var output = new StringWriter { NewLine = "\n" };
        var errors = new StringWriter { NewLine = "\n" };
        var code = await new OrgApply(_store.Directory, _store.Judgments, TimeProvider.System, output, errors)
            .RunAsync(new ApplyOptions(path, dryRun, prune), Ct);
        return new Applied(code, output.ToString(), errors.ToString().Replace(path, "org.yaml", StringComparison.Ordinal));
    }

    public async Task<DirectorySnapshot> Directory() => new(await _store.Directory.LoadAsync(Ct));

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }
}

internal sealed record Applied(int Code, string Output, string Errors)
{
    public Applied ShouldSucceed()
    {
        Code.ShouldBe(0, Errors);
        return this;
    }
}
