namespace Assay.Server.Signals;

/// <summary>
/// Looks at what was settled, once a second and whenever much waits, and now and then at what nobody has answered.
/// </summary>
internal sealed partial class SignalWatcher(
    SignalFeed feed,
    SignalEyes eyes,
    SignalDesk desk,
    AcceptedOutcomes outcomes,
    SignalMemory memory,
    TimeProvider clock,
    ILogger<SignalWatcher> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What the person has, before those who answer for the team are told.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromHours(24);

    // While the store is down. What is found beyond it is not lost from the ledger, only not asked about.
    private const int FoundMax = 10_000;

    private static readonly TimeSpan s_chores = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_keep = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_share = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_keyLife = TimeSpan.FromDays(7);

    private readonly ILogger _logger = log;
    private readonly Queue<SignalEyes.Finding> _found = new();
    private DateTimeOffset _keySince = clock.GetUtcNow();
    private DateTimeOffset _nextChores = clock.GetUtcNow();
    private DateTimeOffset _nextKeep = clock.GetUtcNow() + s_keep;
    private DateTimeOffset _nextShare;

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        try
        {
            // Inside, too: a fault of a detector must not end the host that serves calls.
            while (desk.Lessons.TryDequeue(out var lesson))
            {
                eyes.Teach(lesson);
            }

            if (now >= _nextShare && (desk.MayBeFelt || _nextShare == default))
            {
                _nextShare = now + s_share;
                await desk.ShareAsync(ct);
            }

            See();
            if (now >= _nextChores)
            {
                _nextChores = now + s_chores;

                // Before the day is judged: what came of it counts.
                foreach (var outcome in await outcomes.NewAsync(ct))
                {
                    eyes.Accepted(outcome);
                }

                Keep(eyes.LookAtDay());
                await desk.EscalateAsync((now - AnswerWithin).ToUnixTimeMilliseconds(), ct);
            }

            // What could not be stored stays first in the queue.
            while (_found.TryPeek(out var finding))
            {
                await desk.RaiseAsync(finding, ct);
                _found.Dequeue();
            }
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogFault(fault);
        }

        if (now >= _nextKeep)
        {
            _nextKeep = now + s_keep;
            memory.Keep(eyes);
        }

        if (now - _keySince > s_keyLife)
        {
            _keySince = now;
            feed.ChangeKey();
            eyes.ForgetSketches();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            // The host starts meanwhile.
            await Task.Run(() => memory.Restore(eyes), stoppingToken);
            var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            var isWell = true;
            while (true)
            {
                // After a fault not before the next second, however much waits.
                if (isWell && await Task.WhenAny(tick, feed.ManyAsync()) != tick)
                {
                    isWell = TrySee();
                    continue;
                }

                if (!await tick)
                {
                    return;
                }

                await LookAsync(stoppingToken);
                isWell = true;
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Keeps what was learned; the calls that ended last are looked at before.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompletedSuccessfully: true })
        {
            await LookAsync(cancellationToken);
            memory.Keep(eyes);
        }
    }

    /// <summary>Looks at what waits. What it finds is told at the next second.</summary>
    private bool TrySee()
    {
        try
        {
            See();
            return true;
        }
        catch (Exception fault)
        {
            LogFault(fault);
            return false;
        }
    }

    private void See()
    {
        while (feed.Reader.TryRead(out var call))
        {
            Keep(eyes.See(call));
        }
    }

    private void Keep(IReadOnlyList<SignalEyes.Finding> findings)
    {
        foreach (var finding in findings)
        {
            if (_found.Count < FoundMax)
            {
                _found.Enqueue(finding);
            }
        }
    }

    [LoggerMessage(EventId = 71, Level = LogLevel.Warning, Message = "Signals could not be found, stored or told; trying again.")]
    private partial void LogFault(Exception fault);
}
