using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Console;

/// <summary>
/// Something that is shown as it stands where it takes seconds to make. Whoever registers a page with such a figure registers
/// this beside it, so that only what a console has is asked for.
/// </summary>
/// <param name="AskAsync">Asks for it as somebody who sees the company.</param>
internal sealed record StandingFigure(Func<Caller, CancellationToken, Task> AskAsync);

/// <summary>
/// In a company so large that a month takes seconds to read, the pages that join spend to outcomes show what stands
/// (<see cref="StandingAnswers{TQuestion, TAnswer}"/>). This asks for it before a reader does: after a start, at the begin of a
/// day, and so often that what stands is made anew also on quiet days. Smaller companies are read when somebody asks.
/// </summary>
internal sealed partial class StandingFigures(
    IStore store, IEnumerable<StandingFigure> figures, DirectorySnapshots directory, OrgClock clock, TimeProvider time, ILogger<StandingFigures> logger)
    : BackgroundService
{
    /// <summary>From so many attempts in a month on a company counts as large.</summary>
    public const long RequestsFrom = 500_000;

    private const int Days = 30;
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);

    /// <summary>Asks for all that stands, if the company is large.</summary>
    /// <returns>Whether it is.</returns>
    public async Task<bool> AskAsync(CancellationToken ct)
    {
        var month = await store.Usage.QueryAsync(new UsageQuery(clock.StartOf(clock.Today.AddDays(-Days)), clock.Now, []), ct);
        if (month.Sum(row => row.Requests) < RequestsFrom)
        {
            return false;
        }

        // Nobody: whoever sees the company sees the same sums, and nothing of this is shown.
        var caller = new Caller(new Viewer("", "", "", Team.OrgId, Role.Finance), directory.Current);
        foreach (var figure in figures)
        {
            await figure.AskAsync(caller, ct);
        }

        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        do
        {
            try
            {
                await AskAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // A store that is down is told of elsewhere; a page asks by itself.
                LogFailed(fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Debug, "Figures that take long could not be read ahead.")]
    private partial void LogFailed(Exception fault);
}

internal static class StandingFigureSetup
{
    /// <summary>Has a report's figure read ahead in large companies.</summary>
    public static IServiceCollection AddStandingFigure<TReport>(this IServiceCollection services, Func<TReport, Caller, CancellationToken, Task> ask)
        where TReport : notnull => services.AddSingleton(provider =>
        {
            // Only when it is asked for: whoever lists what there is must not make the reports.
            var report = new Lazy<TReport>(provider.GetRequiredService<TReport>);
            return new StandingFigure((caller, ct) => ask(report.Value, caller, ct));
        });
}
