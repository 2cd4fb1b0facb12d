using System.Runtime.InteropServices;
using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>A grant or loan that will end, and then less can be spent.</summary>
/// <param name="Grant">The grant; it has an end.</param>
/// <param name="Budget">The budget that it adds to.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EndingGrant(BudgetGrant Grant, Budget Budget);

/// <summary>
/// Looks once a minute for grants that end within a day, so that nobody finds out by being refused. A grant that ends with
/// the window of its budget is no news: the budget begins anew at that moment. Telling twice is for the notices to keep
/// from happening; what was missed while no node ran is told at the next look.
/// </summary>
internal sealed partial class GrantWatcher(
    DirectorySnapshots directory, BudgetWindows windows, IBudgetEvents events, TimeProvider clock, ILogger<GrantWatcher> log)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How long before its end a grant is told about; one that is short, in the last quarter of its time.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromDays(1);

    private readonly HashSet<(string Grant, long UntilMs)> _told = [];

    /// <summary>The grants that end soon.</summary>
    public static IEnumerable<EndingGrant> EndingAt(BudgetTree tree, BudgetWindows windows, long nowMs)
    {
        foreach (var budget in tree.All)
        {
            foreach (var grant in tree.GrantsTo(budget.Id))
            {
                if (grant.UntilMs is not { } until || !grant.IsActiveAt(nowMs))
                {
                    continue;
                }

                var before = Math.Min((long)Before.TotalMilliseconds, (until - grant.FromMs) / 4);
                if (nowMs >= until - before && windows.At(budget.Window, until - 1).EndMs != until)
                {
                    yield return new EndingGrant(grant, budget);
                }
            }
        }
    }

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        foreach (var ending in EndingAt(directory.Current.Budgets, windows, clock.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            var key = (ending.Grant.Id, ending.Grant.UntilMs!.Value);
            if (_told.Contains(key))
            {
                continue;
            }

            try
            {
                await events.EndingAsync(ending, ct);
                _told.Add(key);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                LogFault(fault, ending.Grant.Id);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Nobody could be told that the grant {Grant} ends; it is tried again in a minute.")]
    private partial void LogFault(Exception fault, string grant);
}
