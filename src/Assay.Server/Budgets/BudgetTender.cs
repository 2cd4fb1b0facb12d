namespace Assay.Server.Budgets;

/// <summary>Once a second lets time do its work on budgets.</summary>
internal sealed partial class BudgetTender(BudgetKeeper keeper, TimeProvider clock, ILogger<BudgetTender> log)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await keeper.TendAsync(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFault(fault);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(LogLevel.Error, "Budgets could not be tended; it is tried again in a second.")]
    private partial void LogFault(Exception fault);
}
