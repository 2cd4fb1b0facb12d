using Assay.Ledger.Journal;
using Assay.Ledger.Usage;
using Assay.Server.Store;

namespace Assay.Server.Metering;

/// <summary>
/// Applies this node's journal to the store, each entry exactly once, and lets the journal delete what is applied. When
/// the store is down it waits and tries again; it never drops anything, the journal just grows.
/// </summary>
internal sealed partial class Projector(
    Journal journal,
    IUsageStore store,
    ProjectorOptions options,
    TimeProvider clock,
    Random random,
    ILogger<Projector> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;
    private readonly BlockingThreads _own = new("projector", 1);
    private long _position = -1;
    private long _caughtUpAt = clock.GetTimestamp();
    private long _appliedAttempts;
    private volatile Exception? _fault;

    /// <summary>How much of the journal is not applied. Until the store has answered once: all that is kept.</summary>
    public long LagBytes => Math.Max(
        0, journal.AppendedPosition - (Volatile.Read(ref _position) is >= 0 and var position ? position : journal.FirstPosition));

    /// <summary>For how long something has been waiting to be applied; 0 when everything is.</summary>
    public double LagSeconds =>
        LagBytes == 0 ? 0 : clock.GetElapsedTime(Volatile.Read(ref _caughtUpAt)).TotalSeconds;

    /// <summary>How many settled attempts were applied by this process.</summary>
    public long AppliedAttempts => Volatile.Read(ref _appliedAttempts);

    /// <summary>Why nothing is being applied at the moment; null when all is well.</summary>
    public Exception? Fault => _fault;

    /// <summary>Waits until the journal is applied up to a position.</summary>
    /// <returns>False if it was not within the time; at once if nothing is being applied yet.</returns>
    public async ValueTask<bool> WaitAppliedAsync(long position, TimeSpan patience, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        while (Volatile.Read(ref _position) is var applied && applied < position)
        {
            if (applied < 0 || _fault is not null || clock.GetElapsedTime(began) > patience)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), clock, ct);
        }

        return true;
    }

    public override void Dispose()
    {
        _own.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What runs when a stop is asked for has still some time to finish.
        using var hardStop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var softStop = stoppingToken.Register(() => hardStop.CancelAfter(options.DrainFor));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var maintenance = MaintainAsync(end.Token);
        try
        {
            await ProjectAsync(stoppingToken, hardStop.Token);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStoppedBehind(LagBytes);
        }
        catch (Exception fault)
        {
            // A conflict of watermarks or a damaged journal: nobody can go on from here, so the host stops.
            _fault = fault;
            LogFatal(fault);
            throw;
        }
        finally
        {
            await end.CancelAsync();
            await maintenance;
        }
    }

    private async Task ProjectAsync(CancellationToken stop, CancellationToken hardStop)
    {
        var position = await AskWatermarkAsync(hardStop);
        Volatile.Write(ref _position, position);
        using var reader = journal.Read(position);
        var settled = new List<UsageEvent>();
        var charges = new AccountCharges();
        var isFull = false;
        while (true)
        {
            if (!isFull)
            {
                await GatherAsync(position, stop);
            }

            await _own.Enter();
            (var next, isFull) = ReadBatch(reader, position, settled, charges);
            if (next == position)
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                continue;
            }

            // A power cut must not take from the journal what the store has.
            if (journal.SyncedPosition < next)
            {
                journal.Sync();
            }

            await ApplyAsync(position, next, settled, charges.ToList(), hardStop);
            position = next;
            Volatile.Write(ref _position, position);
            Interlocked.Add(ref _appliedAttempts, settled.Count);
            if (!isFull)
            {
                Volatile.Write(ref _caughtUpAt, clock.GetTimestamp());
            }

            journal.DeleteThrough(position);
        }
    }

    /// <summary>Waits for the next entry, and then a moment for those that follow: the store is asked seldom and for much.</summary>
    private async Task GatherAsync(long position, CancellationToken stop)
    {
        try
        {
            if (journal.AppendedPosition <= position)
            {
                await journal.WaitForAppendAsync(position, stop);
                Volatile.Write(ref _caughtUpAt, clock.GetTimestamp());
            }

            if (journal.AppendedPosition - position < options.BatchBytesMax)
            {
                await Task.Delay(options.GatherFor, clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nothing more to wait for: what is there is applied, and then the loop ends.
        }
    }

    private (long Next, bool IsFull) ReadBatch(
        JournalReader reader, long position, List<UsageEvent> settled, AccountCharges charges)
    {
        settled.Clear();
        charges.Clear();
        var next = position;
        while (reader.TryReadCharge(out var charge, out var after))
        {
            next = after;
            if (charge is Settled attempt)
            {
                settled.Add(attempt.Call);
                charges.Add(attempt);
                BlockingThreads.Done();
            }
            else if (charge is Carried carried)
            {
                charges.Add(carried);
            }

            if (settled.Count >= options.BatchAttemptsMax || next - position >= options.BatchBytesMax)
            {
                return (next, true);
            }
        }

        return (next, false);
    }

    private async Task<long> AskWatermarkAsync(CancellationToken ct)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                var watermark = await store.WatermarkAsync(options.Node, ct);
                ReportStoreUp();
                return watermark;
            }
            catch (Exception fault) when (!IsStopping(fault, ct))
            {
                ReportStoreDown(fault);
                await WaitAsync(failures, ct);
            }
        }
    }

    private async Task ApplyAsync(
        long from, long to, List<UsageEvent> settled, List<AccountCharge> charges, CancellationToken ct)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await store.ApplyAsync(options.Node, from, to, settled, charges, ct);
                ReportStoreUp();
                return;
            }
            catch (WatermarkConflictException conflict) when (failures > 0 && conflict.Actual == to)
            {
                // The connection broke while an earlier try was committed, so we were not told: it is applied.
                ReportStoreUp();
                return;
            }
            catch (Exception fault) when (fault is not WatermarkConflictException && !IsStopping(fault, ct))
            {
                ReportStoreDown(fault);
                await WaitAsync(failures, ct);
            }
        }
    }

    // A store that fails while we stop is still only a store that is down: the wait that follows ends at once.
    private static bool IsStopping(Exception fault, CancellationToken ct) =>
        fault is OperationCanceledException && ct.IsCancellationRequested;

    private async Task WaitAsync(int failures, CancellationToken ct)
    {
        // Many nodes that lost the same store do not come back all at once.
        var full = Math.Min(
            options.RetryMax.TotalMilliseconds,
            options.RetryFirst.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)));
        await Task.Delay(TimeSpan.FromMilliseconds(full * (0.5 + (random.NextDouble() / 2))), clock, ct);
    }

    private async Task MaintainAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.MaintainEvery, clock);
        try
        {
            do
            {
                try
                {
                    await store.MaintainAsync(ct);
                }
                catch (Exception fault) when (!ct.IsCancellationRequested)
                {
                    LogMaintenanceFailed(fault);
                }
            }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private void ReportStoreDown(Exception fault)
    {
        if (_fault is null)
        {
            LogStoreDown(fault);
        }

        _fault = fault;
    }

    private void ReportStoreUp()
    {
        if (_fault is not null)
        {
            LogStoreUp(LagBytes);
            _fault = null;
        }
    }

    [LoggerMessage(LogLevel.Error,
        "The store cannot be written. The journal keeps everything until it can; calls go on meanwhile.")]
    private partial void LogStoreDown(Exception fault);

    [LoggerMessage(LogLevel.Information, "The store can be written again; {Bytes} bytes of journal are to be applied.")]
    private partial void LogStoreUp(long bytes);

    [LoggerMessage(LogLevel.Warning,
        "Stopped with {Bytes} bytes of journal not applied to the store. They are applied at the next start.")]
    private partial void LogStoppedBehind(long bytes);

    [LoggerMessage(LogLevel.Warning, "The store's maintenance failed; it is tried again later.")]
    private partial void LogMaintenanceFailed(Exception fault);

    [LoggerMessage(LogLevel.Critical, "The journal cannot be applied to the store. Metering stops here.")]
    private partial void LogFatal(Exception fault);
}
