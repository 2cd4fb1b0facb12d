using Assay.Server.Api;
using Assay.Server.Console.Company;
using Assay.Server.Console.Figures;
using Assay.Server.Console.Statements;
using Assay.Server.Console.Worth;
using Assay.Server.Console.Worth.Goodhart;
using Assay.Server.Console.Worth.Measures;
using Assay.Server.Directory;
using Assay.Server.Judgments.Insights;
using Assay.Server.Store;

namespace Assay.Server.Console;

/// <summary>
/// In a company so large that a month takes seconds to read, the pages that join spend to outcomes show what stands
/// (<see cref="StandingAnswers{TQuestion, TAnswer}"/>). This asks for it before a reader does: after a start, at the begin of a
/// day, and so often that what stands is made anew also on quiet days. Smaller companies are read when somebody asks.
/// </summary>
internal sealed partial class StandingFigures(
    IStore store,
    WorthReport worth,
    StatementReport statement,
    GoodhartReport audit,
    MeasuresReport measures,
    ShadowArchive shadow,
    DirectorySnapshots directory,
    OrgClock clock,
    TimeProvider time,
    ILogger<StandingFigures> logger) : BackgroundService
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
        await worth.ReadAsync(caller, null, null, ct);
        await statement.ReadAsync(caller, new CompanyScope("/statement", Team.OrgId, true, caller.Directory, caller.Rules), null, ct);
        await audit.ReadAsync(caller, ct);
        await measures.ReadAsync(caller, null, ct);
        await shadow.CostliestAsync(null, ct);
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
