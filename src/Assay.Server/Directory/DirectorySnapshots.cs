using Assay.Server.Store;

namespace Assay.Server.Directory;

/// <summary>
/// The directory that this node works with. While the store cannot be reached it keeps serving the last one it read,
/// and says so: a gateway that forgets its keys stops everybody's work.
/// </summary>
internal sealed partial class DirectorySnapshots(
    IDirectoryStore store,
    IEnumerable<IDirectoryObserver> observers,
    TimeProvider clock,
    ILogger<DirectorySnapshots> log) : IDisposable
{
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private DirectorySnapshot _current = DirectorySnapshot.Empty;
    private Health _health = new(0, null);

    public DirectorySnapshot Current => Volatile.Read(ref _current);

    /// <summary>Why the last look at the store failed; null if it succeeded.</summary>
    public Exception? Fault => Volatile.Read(ref _health).Fault;

    /// <summary>Whether a directory has been read and the last look at the store succeeded.</summary>
    public bool IsFresh => Fault is null && Current.Version >= 0;

    /// <summary>When the store was last reached, in Unix milliseconds; 0 for never.</summary>
    public long ReachedAtMs => Volatile.Read(ref _health).ReachedAtMs;

    /// <summary>Reads the directory if its version has moved. Throws what the store throws.</summary>
    public async Task RefreshAsync(CancellationToken ct = default)
    {
        await _refreshing.WaitAsync(ct);
        try
        {
            // Not "greater": a restored backup goes back in versions and must be believed too.
            if (await store.VersionAsync(ct) != Current.Version)
            {
                var next = new DirectorySnapshot(await store.LoadAsync(ct));
                foreach (var observer in observers)
                {
                    await observer.PrepareAsync(next, ct);
                }

                Volatile.Write(ref _current, next);
            }

            Volatile.Write(ref _health, new Health(clock.GetUtcNow().ToUnixTimeMilliseconds(), null));
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            Volatile.Write(ref _health, new Health(ReachedAtMs, fault));
            throw;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Like <see cref="RefreshAsync"/>, but stays with the current snapshot if the store fails.</summary>
    public async Task<bool> TryRefreshAsync(CancellationToken ct = default)
    {
        var wasHealthy = Fault is null;
        try
        {
            await RefreshAsync(ct);
            if (!wasHealthy)
            {
                LogReachedAgain(log);
            }

            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            if (wasHealthy)
            {
                LogUnreachable(log, Current.Version, fault);
            }

            return false;
        }
    }

    public void Dispose() => _refreshing.Dispose();

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The directory cannot be read from the store; version {Version} stays in use until it can.")]
    private static partial void LogUnreachable(ILogger log, long version, Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "The directory can be read from the store again.")]
    private static partial void LogReachedAgain(ILogger log);

    private sealed record Health(long ReachedAtMs, Exception? Fault);
}
