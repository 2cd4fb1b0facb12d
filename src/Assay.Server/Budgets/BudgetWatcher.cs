using Assay.Server.Directory;
using Assay.Server.Metering;

namespace Assay.Server.Budgets;

/// <summary>
/// Looks once a second at the budgets that calls have touched, and raises an alert when one has passed a share of its
/// limit. Calls do not wait for it.
/// </summary>
internal sealed partial class BudgetWatcher(
    BudgetWatch watch,
    LedgerHost ledger,
    DirectorySnapshots directory,
    IBudgetAlerts alerts,
    TimeProvider clock,
    ILogger<BudgetWatcher> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly int[] s_shares = [95, 80, 50];

    private readonly Dictionary<string, (string WindowKey, int Percent)> _told = new(StringComparer.Ordinal);

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        foreach (var (line, refused) in watch.Take())
        {
            if (line.Current is not { } window)
            {
                continue;
            }

            var posted = ledger.Balance(window.Account).Posted;
            var limit = line.EffectiveLimit;
            var percent = refused ? 100 : Passed(posted, limit);
            var told = _told.TryGetValue(line.Budget.Id, out var before) && before.WindowKey == window.Span.Key
                ? before.Percent
                : 0;
            if (percent > told)
            {
                try
                {
                    await alerts.RaiseAsync(Alert(line, window, percent, posted, limit), ct);
                }
                catch (Exception fault) when (!ct.IsCancellationRequested)
                {
                    LogFault(fault);
                    watch.Again(line, refused);
                    continue;
                }
            }

            // A raised limit makes a share reachable once more.
            _told[line.Budget.Id] = (window.Span.Key, refused ? 100 : Math.Min(Math.Max(told, percent), Passed(posted, limit)));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private BudgetAlert Alert(BudgetLine line, BudgetLine.Window window, int percent, long posted, long limit)
    {
        var (_, personId) = BudgetOwners.HomeOf(directory.Current, line.Budget.Scope);
        return new BudgetAlert(
            line.Budget,
            window.Span.Key,
            window.Span.EndMs,
            percent,
            posted,
            limit,
            personId is null ? [] : [personId],
            BudgetOwners.Of(directory.Current, line.Budget));
    }

    private static int Passed(long posted, long limit)
    {
        foreach (var share in s_shares)
        {
            if (posted > 0 && (Int128)posted * 100 >= (Int128)limit * share)
            {
                return share;
            }
        }

        return 0;
    }

    [LoggerMessage(LogLevel.Warning, "An alert about a budget could not be given; it is tried again in a second.")]
    private partial void LogFault(Exception fault);
}
