namespace Assay.Server.Directory;

/// <summary>
/// Looks at the directory's version twice a second, so that a revocation made on any node is obeyed on this one within
/// a second. One query for one number: cheaper than a listening connection, and the same for both stores.
/// </summary>
internal sealed class DirectoryPoller(DirectorySnapshots snapshots, TimeProvider clock) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await snapshots.TryRefreshAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }
}
