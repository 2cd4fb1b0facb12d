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

    private static readonly int[] s_shares = [100, 95, 80, 50];

    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal);

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        foreach (var (line, refused) in watch.Take())
        {
            if (line.Current is not { } window)
            {
                continue;
            }

            try
            {
                await LookAsync(line, window, refused, ct);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                LogFault(fault);
                if (refused)
                {
                    watch.Refused(line);
                }

                watch.Touch(line);
            }
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

    private async Task LookAsync(BudgetLine line, BudgetLine.Window window, bool refused, CancellationToken ct)
    {
        var budget = line.Budget;
        var (posted, limit) = (ledger.Balance(window.Account).Posted, line.EffectiveLimit);
        var told = _told.GetValueOrDefault(budget.Id);
        if (told is not null && told.WindowKey == window.Span.Key && limit > told.Limit)
        {
            await alerts.EaseAsync(budget, ct);
        }

        // Another window or limit begins anew: what is known of it has not been told.
        var before = told is not null && (told.WindowKey, told.Limit) == (window.Span.Key, limit) ? told.Percent : 0;
        var percent = refused ? 100 : Passed(posted, limit, line.IsEnforced ? 95 : 100);
        if (percent > before)
        {
            await alerts.RaiseAsync(Alert(line, window, percent, posted, limit), ct);
        }

        _told[budget.Id] = new Told(window.Span.Key, limit, Math.Max(percent, before));
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

    private static int Passed(long posted, long limit, int highest)
    {
        foreach (var share in s_shares)
        {
            if (share <= highest && posted > 0 && (Int128)posted * 100 >= (Int128)limit * share)
            {
                return share;
            }
        }

        return 0;
    }

    /// <summary>The highest share of a limit that was told about.</summary>
    private sealed record Told(string WindowKey, long Limit, int Percent);

    [LoggerMessage(LogLevel.Warning, "An alert about a budget could not be given; it is tried again in a second.")]
    private partial void LogFault(Exception fault);
}
