namespace Assay.Server.Hosting;

/// <summary>Sees to <see cref="SocketThreads"/> once they are there: they begin with the first socket, a moment after the start.</summary>
internal sealed class SocketTurns(TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan[] s_looks = [TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var pause in s_looks)
        {
            await Task.Delay(pause, clock, stoppingToken);
            SocketThreads.TakeTurns();
        }
    }
}
