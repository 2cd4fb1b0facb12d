using Assay.Server.Directory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Directory;

public sealed class DirectorySnapshotsTests
{
    private readonly ManualDirectory _store = new(SampleOrg.Data());

    [Fact]
    public async Task A_revocation_is_obeyed_after_one_refresh()
    {
        using var snapshots = Create();
        var ct = TestContext.Current.CancellationToken;
        await snapshots.RefreshAsync(ct);
        var hash = KeySecrets.Hash(SampleOrg.SecretOf("ada"));
        snapshots.Current.FindKey(hash).ShouldNotBeNull();

        _store.Data = _store.Data with
        {
            Version = 2,
            Keys = [.. _store.Data.Keys.Select(k => k.Id == "k_ada" ? k with { RevokedAtMs = 1 } : k)],
        };
        await snapshots.RefreshAsync(ct);

        snapshots.Current.FindKey(hash).ShouldBeNull();
    }

    [Fact]
    public async Task A_version_that_has_not_moved_is_not_read_again()
    {
        using var snapshots = Create();
        var ct = TestContext.Current.CancellationToken;
        await snapshots.RefreshAsync(ct);
        var first = snapshots.Current;
        await snapshots.RefreshAsync(ct);

        snapshots.Current.ShouldBeSameAs(first);
        _store.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task While_the_store_is_down_the_last_snapshot_stays_and_the_fault_is_told()
    {
        using var snapshots = Create();
        var ct = TestContext.Current.CancellationToken;
        snapshots.IsFresh.ShouldBeFalse();
        await snapshots.RefreshAsync(ct);
        snapshots.IsFresh.ShouldBeTrue();
        var last = snapshots.Current;

        _store.Fault = new IOException("down");
        (await snapshots.TryRefreshAsync(ct)).ShouldBeFalse();

        snapshots.Current.ShouldBeSameAs(last);
        snapshots.IsFresh.ShouldBeFalse();
        snapshots.Fault.ShouldBeSameAs(_store.Fault);
        await Should.ThrowAsync<IOException>(() => snapshots.RefreshAsync(ct));

        _store.Fault = null;
        (await snapshots.TryRefreshAsync(ct)).ShouldBeTrue();
        snapshots.IsFresh.ShouldBeTrue();
    }

    [Fact]
    public async Task A_restored_backup_with_an_older_version_is_believed()
    {
        using var snapshots = Create();
        var ct = TestContext.Current.CancellationToken;
        _store.Data = SampleOrg.Data(version: 7);
        await snapshots.RefreshAsync(ct);
        _store.Data = SampleOrg.Data(version: 3);
        await snapshots.RefreshAsync(ct);

        snapshots.Current.Version.ShouldBe(3);
    }

    private DirectorySnapshots Create() =>
        new(_store, [], TimeProvider.System, NullLogger<DirectorySnapshots>.Instance);
}
