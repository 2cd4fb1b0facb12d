namespace Assay.Server.Signals;

/// <summary>Looks once a second at what was settled, and now and then at what nobody has answered.</summary>
internal sealed partial class SignalWatcher(
    SignalFeed feed, SignalEyes eyes, SignalDesk desk, TimeProvider clock, ILogger<SignalWatcher> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What the person has, before those who answer for the team are told.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromHours(24);

    // While the store is down. What is found beyond it is not lost from the ledger, only not asked about.
    private const int FoundMax = 10_000;

    private static readonly TimeSpan s_chores = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_keyLife = TimeSpan.FromDays(7);

    private readonly ILogger _logger = log;
    private readonly Queue<SignalEyes.Finding> _found = new();
    private DateTimeOffset _keySince = clock.GetUtcNow();
    private DateTimeOffset _nextChores = clock.GetUtcNow();

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

            while (feed.Reader.TryRead(out var call))
            {
                Keep(eyes.See(call));
            }

            if (now >= _nextChores)
            {
                _nextChores = now + s_chores;
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
