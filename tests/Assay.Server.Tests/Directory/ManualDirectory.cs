using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Tests.Directory;

/// <summary>A directory store in memory that can be told to fail.</summary>
internal sealed class ManualDirectory(DirectoryData data) : IDirectoryStore
{
    private int _looks;

    public DirectoryData Data { get; set; } = data;

    public Exception? Fault { get; set; }

    public int Loads { get; private set; }

    public int Looks => Volatile.Read(ref _looks);

    public ValueTask<long> VersionAsync(CancellationToken ct = default)
    {
        Interlocked.Increment(ref _looks);
        return Fault is { } fault ? ValueTask.FromException<long>(fault) : ValueTask.FromResult(Data.Version);
    }

    public ValueTask<DirectoryData> LoadAsync(CancellationToken ct = default)
    {
        Loads++;
        return Fault is { } fault ? ValueTask.FromException<DirectoryData>(fault) : ValueTask.FromResult(Data);
    }

    public ValueTask<long> ChangeAsync(
        IReadOnlyList<DirectoryChange> changes, string actor, CancellationToken ct = default) =>
        throw new NotSupportedException("This directory is changed by setting its data.");

    public ValueTask<IReadOnlyList<AuditEntry>> AuditAsync(long? after, int limit, CancellationToken ct = default) =>
        ValueTask.FromResult<IReadOnlyList<AuditEntry>>([]);
}
