using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;

namespace Assay.Server.Tests.Directory;

public sealed class FirstAdministratorTests : IAsyncLifetime
{
    private const string Chosen = "a-chosen-admin-key-for-tests";
    private const string Other = "another-admin-key-for-tests";

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("assay-admin-").FullName;
    private SqliteStore? _store;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IDirectoryStore Directory => _store!.Directory;

    public async ValueTask InitializeAsync()
    {
        _store = new SqliteStore(Path.Combine(_folder, "assay.db"), new StoreOptions());
        await _store.MigrateAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task At_the_first_start_a_key_is_made_and_shown_and_never_again()
    {
        var secret = (await Ensure(null)).ShouldNotBeNull();

        var admin = await Find(secret);
        admin.ShouldNotBeNull().Role.ShouldBe(Role.Admin);
        admin.TeamPath.ShouldBe(["org"]);
        var version = await Directory.VersionAsync(Ct);
        (await Ensure(null)).ShouldBeNull();
        (await Directory.VersionAsync(Ct)).ShouldBe(version);
    }

    [Fact]
    public async Task A_chosen_key_works_is_not_shown_and_changes_nothing_the_second_time()
    {
        (await Ensure(Chosen)).ShouldBeNull();

        (await Find(Chosen)).ShouldNotBeNull().Role.ShouldBe(Role.Admin);
        var version = await Directory.VersionAsync(Ct);
        (await Ensure(Chosen)).ShouldBeNull();
        (await Directory.VersionAsync(Ct)).ShouldBe(version);
        (await Ensure(null)).ShouldBeNull();
    }

    [Fact]
    public async Task Another_chosen_key_replaces_the_one_before()
    {
        await Ensure(Chosen);
        await Ensure(Other);

        (await Find(Other)).ShouldNotBeNull();
        (await Find(Chosen)).ShouldBeNull();
        (await Directory.LoadAsync(Ct)).People.Count.ShouldBe(1);
        await Should.ThrowAsync<InvalidOperationException>(() => Ensure(Chosen));
    }

    [Fact]
    public async Task If_nobody_is_left_who_can_administer_a_new_key_is_made()
    {
        var first = (await Ensure(null)).ShouldNotBeNull();
        var key = (await Directory.LoadAsync(Ct)).Keys.Single();
        await Directory.ChangeAsync([new DirectoryChange.RevokeKey(key.Id, 1)], "test", Ct);

        var second = (await Ensure(null)).ShouldNotBeNull();

        second.ShouldNotBe(first);
        (await Find(second)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("too-short")]
    [InlineData("long enough, but with spaces in it")]
    [InlineData("lang-genug-aber-mit-ümlaut-darin")]
    public async Task A_key_that_cannot_be_sent_or_can_be_guessed_is_refused_with_the_name_of_the_variable(string chosen)
    {
        var fault = await Should.ThrowAsync<InvalidOperationException>(() => Ensure(chosen));

        fault.Message.ShouldContain("ASSAY_ADMIN_KEY");
        fault.Message.ShouldNotContain(chosen);
    }

    private Task<string?> Ensure(string? chosen) =>
        FirstAdministrator.EnsureAsync(Directory, chosen, TimeProvider.System, Ct);

    private async Task<KeyIdentity?> Find(string secret) =>
        new DirectorySnapshot(await Directory.LoadAsync(Ct)).FindKey(KeySecrets.Hash(secret));
}
