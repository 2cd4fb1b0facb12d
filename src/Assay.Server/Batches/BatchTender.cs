using System.Net;
using System.Threading.Channels;
using Assay.Ledger.Usage;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Routing;

namespace Assay.Server.Batches;

/// <summary>
/// Asks providers how the jobs stand that this node reserved for, and settles each exactly once, from its results, at
/// batch prices. Whether and how often a client fetches them plays no part.
/// </summary>
internal sealed partial class BatchTender(
    AssayConfig config,
    RouteTable routes,
    BatchJobs jobs,
    LedgerHost ledger,
    Pricing pricing,
    DirectorySnapshots directory,
    BudgetKeeper keeper,
    BudgetWatch watch,
    LiveHub live,
    AssayMetrics metrics,
    TimeProvider clock,
    ILogger<BatchTender> log) : BackgroundService
{
    /// <summary>However often somebody looks, a provider is not asked more often than this.</summary>
    private static readonly TimeSpan s_gap = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private readonly Channel<string> _nudges = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Somebody looked at a job: it may be done. Looks again now rather than at the next round.</summary>
    public void Nudge() => _nudges.Writer.TryWrite("");

    /// <summary>One round over all open jobs.</summary>
    public async Task TendAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            foreach (var job in jobs.Open)
            {
                ct.ThrowIfCancellationRequested();
                await TendAsync(job, ct);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Observe("assay.batches.open", "{job}", "Batch jobs whose results are waited for.", () => jobs.Count);
        try
        {
            while (true)
            {
                await Task.Delay(s_gap, clock, stoppingToken);
                using var round = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var pause = Task.Delay(TimeSpan.FromSeconds(config.Batches.PollSeconds), clock, round.Token);
                var nudge = _nudges.Reader.WaitToReadAsync(round.Token).AsTask();
                await Task.WhenAny(pause, nudge);
                _nudges.Reader.TryRead(out _);
                await round.CancelAsync();
                stoppingToken.ThrowIfCancellationRequested();
                await TendAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the jobs are in the journal.
        }
    }

    private async Task TendAsync(BatchJob job, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(TimeSpan.FromSeconds(config.Timeouts.TotalSeconds));
        try
        {
            var tooOld = clock.GetUtcNow().ToUnixTimeMilliseconds() - job.SubmittedAtMs
                > config.Batches.GiveUpHours * 3_600_000L;
            if (routes.Providers.TryGetValue(job.Provider, out var provider)
                && await ReadAsync(provider, job, timeout.Token) is { } result)
            {
                await SettleAsync(job, result);
            }
            else if (tooOld)
            {
                LogGaveUp(job.Path, job.Provider, config.Batches.GiveUpHours);
                await SettleAsync(job, null);
            }
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            // Whatever it is, one job must neither keep the others waiting nor end the host.
            LogFault(fault, job.Path, job.Provider);
        }
    }

    /// <summary>What the job used; null while it is not done.</summary>
    private async Task<BatchResult?> ReadAsync(Provider provider, BatchJob job, CancellationToken ct)
    {
        using var state = await BatchFile.GetAsync(provider, job.Path, ct);
        if (state.StatusCode != HttpStatusCode.OK)
        {
            LogStatus((int)state.StatusCode, job.Path, job.Provider);
            return null;
        }

        var found = BatchState.Read(await BatchFile.ReadSmallAsync(state.Content, ct), job.Path, provider.Format);
        if (!found.IsDone)
        {
            return null;
        }

        var result = new BatchResult(provider, pricing, job.Models, job.SubmittedAtMs);
        foreach (var path in found.Results)
        {
            using var file = await BatchFile.GetAsync(provider, path, ct);
            if (file.StatusCode != HttpStatusCode.OK)
            {
                LogStatus((int)file.StatusCode, path, job.Provider);
                return null;
            }

            await BatchFile.ReadLinesAsync(
                file.Content,
                config.Limits.BodyBytesMax,
                long.MaxValue,
                line =>
                {
                    result.Add(line);
                    return true;
                },
                ct);
        }

        return result;
    }

    private async Task SettleAsync(BatchJob job, BatchResult? result)
    {
        foreach (var part in job.Parts)
        {
            var facts = Facts(part, result);
            await ledger.SettleAsync(facts, part.Accounts, part.HeldTokens);
            var path = directory.Current.Teams.PathOf(facts.TeamId);
            live.Begin(facts.PersonId, path);
            live.Record(facts, path);
            metrics.Settled(facts);
            foreach (var account in part.Accounts)
            {
                if (keeper.Board.Lines.TryGetValue(BudgetAccounts.BudgetOf(account), out var line))
                {
                    watch.Touch(line);
                }
            }
        }

        jobs.Remove(job);
        LogSettled(job.Path, job.Provider, result?.Unread ?? 0);
    }

    private UsageEvent Facts(BatchPart part, BatchResult? result)
    {
        var reserved = part.Reserved;
        var duration = clock.GetUtcNow().ToUnixTimeMilliseconds() - reserved.StartedAtMs;
        var ended = reserved with { DurationMs = (int)Math.Clamp(duration, 0, int.MaxValue), Reserved = reserved.Cost };
        if (result is null)
        {
            return ended with
            {
                Resolution = Resolution.Expired,
                Outcome = CallOutcome.ProviderSilent,
                Marks = reserved.Marks | UsageMarks.Estimated,
            };
        }

        var used = result.Of(reserved.Model);
        var cost = used?.Quote.Amount ?? default;
        return ended with
        {
            Status = 200,
            Outcome = CallOutcome.Completed,
            Resolution = Resolution.Posted,
            Counts = used?.Counts ?? default,
            Cost = cost,
            Marks = UsageMarks.Batch
                | (used?.Quote.Marks ?? UsageMarks.None)
                | (cost > reserved.Cost ? UsageMarks.Overage : UsageMarks.None)
                | (result.Unread > 0 ? UsageMarks.Estimated : UsageMarks.None),
        };
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "The batch job {Path} of {Provider} is settled ({Unread} results could not be read).")]
    private partial void LogSettled(string path, string provider, int unread);

    [LoggerMessage(LogLevel.Warning, "{Provider} answered {Status} for {Path}, which a batch job needs; it is asked again.")]
    private partial void LogStatus(int status, string path, string provider);

    [LoggerMessage(LogLevel.Warning, "The batch job {Path} of {Provider} could not be read; it is tried again.")]
    private partial void LogFault(Exception fault, string path, string provider);

    [LoggerMessage(LogLevel.Error,
        "The batch job {Path} of {Provider} had no results after {Hours} hours; its estimate is charged.")]
    private partial void LogGaveUp(string path, string provider, int hours);
}
