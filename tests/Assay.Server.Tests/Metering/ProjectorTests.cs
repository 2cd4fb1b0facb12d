using Assay.Ledger.Journal;
using Assay.Ledger.Usage;
using Assay.Server.Metering;
using Assay.Server.Store;
using Assay.Server.Tests.Store;
using Assay.Testing;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.Metering;

public sealed class ProjectorTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_monday = new(2026, 8, 17, 0, 0, 0, TimeSpan.Zero);

    private readonly SqliteHarness _database = new();
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("assay-projector-").FullName;
    private readonly ManualTime _time = new();
    private readonly KeptLog _log = new();
    private IStore _store = null!;
    private FaultyUsageStore _usage = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _database.OpenAsync();
        _usage = new FaultyUsageStore(_store.Usage);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _database.DisposeAsync();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_is_in_the_journal_is_applied_once_also_over_restarts()
    {
        var events = new RandomEvents(21).Many(300, s_monday, s_monday.AddDays(1));
        await using var journal = OpenJournal();
        foreach (var part in events.Chunk(100))
        {
            await AppendAsync(journal, part);
            using var projector = NewProjector(journal);
            await RunToEndAsync(projector);
            projector.LagBytes.ShouldBe(0);
            projector.AppliedAttempts.ShouldBe(100);
        }

        var totals = await _usage.TotalsAsync(Ct);
        totals.Requests.ShouldBe(300);
        totals.Cost.Nanos.ShouldBe(events.Sum(e => e.Cost.Nanos));
        (await _usage.WatermarkAsync("n1", Ct)).ShouldBe(journal.AppendedPosition);
    }

    [Fact]
    public async Task Segments_that_are_applied_are_deleted()
    {
        await using var journal = OpenJournal(segmentBytes: 4_096);
        await AppendAsync(journal, new RandomEvents(22).Many(200, s_monday, s_monday.AddDays(1)));
        journal.SegmentCount.ShouldBeGreaterThan(5);
        using var projector = NewProjector(journal);

        await RunToEndAsync(projector);

        journal.SegmentCount.ShouldBe(1);
        (await _usage.TotalsAsync(Ct)).Requests.ShouldBe(200);
    }

    [Fact]
    public async Task Entries_that_follow_one_another_are_gathered_into_one_transaction()
    {
        await using var journal = OpenJournal();
        using var projector = NewProjector(journal);
        await projector.StartAsync(Ct);
        var events = new RandomEvents(23).Many(50, s_monday, s_monday.AddDays(1));
        await AppendAsync(journal, [events[0]]);
        await WaitForAsync(TimeSpan.FromMilliseconds(150));
        await AppendAsync(journal, [.. events.Skip(1)]);
        projector.LagBytes.ShouldBeGreaterThan(0);

        _time.Advance(TimeSpan.FromMilliseconds(150));

        (await _usage.NextAppliedAsync(Ct)).Attempts.ShouldBe(50);
        await projector.StopAsync(Ct);
        _usage.Tries.ShouldBe(1);
    }

    [Fact]
    public async Task A_long_journal_is_applied_in_pieces()
    {
        await using var journal = OpenJournal();
        await AppendAsync(journal, new RandomEvents(24).Many(250, s_monday, s_monday.AddDays(1)));
        using var projector = NewProjector(journal, options => options with { BatchAttemptsMax = 100 });

        await RunToEndAsync(projector);

        var pieces = new[]
        {
            await _usage.NextAppliedAsync(Ct), await _usage.NextAppliedAsync(Ct), await _usage.NextAppliedAsync(Ct),
        };
        pieces.Select(piece => piece.Attempts).ShouldBe([100, 100, 50]);
        pieces[1].From.ShouldBe(pieces[0].To);
        pieces[2].To.ShouldBe(journal.AppendedPosition);
    }

    [Fact]
    public async Task While_the_store_is_down_the_waits_grow_one_line_is_logged_and_nothing_is_lost()
    {
        await using var journal = OpenJournal();
        await AppendAsync(journal, new RandomEvents(25).Many(20, s_monday, s_monday.AddDays(1)));
        using var projector = NewProjector(journal);
        await projector.StartAsync(Ct);
        await WaitForAsync(TimeSpan.FromMilliseconds(150));
        _usage.Down = new IOException("connection refused");
        _time.Advance(TimeSpan.FromMilliseconds(150));
        var full = 100.0;
        for (var i = 0; i < 10; i++)
        {
            var wait = await _time.NextWaitAsync(Ct);
            wait.TotalMilliseconds.ShouldBeInRange(Math.Min(full, 5_000) / 2, Math.Min(full, 5_000));
            full *= 2;
            projector.Fault.ShouldBe(_usage.Down);
            projector.LagBytes.ShouldBeGreaterThan(0);
            if (i == 9)
            {
                projector.LagSeconds.ShouldBeGreaterThan(10);
                _usage.Down = null;
            }

            _time.Advance(wait);
        }

        (await _usage.NextAppliedAsync(Ct)).Attempts.ShouldBe(20);
        await projector.StopAsync(Ct);
        (projector.Fault, projector.LagBytes, projector.LagSeconds).ShouldBe((null, 0, 0));
        _log.Lines.Count(line => line.Level == LogLevel.Error).ShouldBe(1);
        _log.Lines.Count(line => line.Text.StartsWith("The store can be written again", StringComparison.Ordinal)).ShouldBe(1);
        (await _usage.TotalsAsync(Ct)).Requests.ShouldBe(20);
    }

    [Fact]
    public async Task A_batch_that_was_committed_without_our_knowing_is_not_applied_twice()
    {
        await using var journal = OpenJournal();
        await AppendAsync(journal, new RandomEvents(26).Many(20, s_monday, s_monday.AddDays(1)));
        using var projector = NewProjector(journal);
        _usage.LostAnswer = new IOException("connection reset");
        await projector.StartAsync(Ct);
        await WaitForAsync(TimeSpan.FromMilliseconds(150));
        _time.Advance(TimeSpan.FromMilliseconds(150));
        var retry = await _time.NextWaitAsync(Ct);

        _time.Advance(retry);
        await projector.StopAsync(Ct);

        projector.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
        projector.LagBytes.ShouldBe(0);
        (await _usage.TotalsAsync(Ct)).Requests.ShouldBe(20);
    }

    [Fact]
    public async Task Two_processes_with_one_node_id_end_in_a_named_fault()
    {
        await using var journal = OpenJournal();
        await AppendAsync(journal, new RandomEvents(27).Many(20, s_monday, s_monday.AddDays(1)));
        using var projector = NewProjector(journal);
        await projector.StartAsync(Ct);
        await WaitForAsync(TimeSpan.FromMilliseconds(150));
        await _store.Usage.ApplyAsync("n1", 0, 7, [], Ct);

        _time.Advance(TimeSpan.FromMilliseconds(150));

        var conflict = await Should.ThrowAsync<WatermarkConflictException>(projector.ExecuteTask!);
        conflict.Message.ShouldBe(
            "The watermark of node 'n1' is 7, not 0. Two processes use the same node id, or the journal's directory was "
            + "replaced.");
        projector.Fault.ShouldBe(conflict);
        _log.Lines.ShouldContain(line => line.Level == LogLevel.Critical);
    }

    [Fact]
    public async Task A_stop_while_the_store_is_down_ends_in_time_and_the_next_start_applies_the_rest()
    {
        await using var journal = OpenJournal();
        await AppendAsync(journal, new RandomEvents(28).Many(20, s_monday, s_monday.AddDays(1)));
        using (var projector = NewProjector(journal))
        {
            await projector.StartAsync(Ct);
            await WaitForAsync(TimeSpan.FromMilliseconds(150));
            _usage.Down = new IOException("connection refused");
            var stop = projector.StopAsync(Ct);
            var drain = TimeSpan.FromSeconds(5);
            await WaitForAsync(drain);
            while (!stop.IsCompleted)
            {
                _time.Advance(drain);
                await Task.Yield();
            }

            await stop;
            projector.LagBytes.ShouldBeGreaterThan(0);
            _log.Lines.ShouldContain(line => line.Text.StartsWith("Stopped with ", StringComparison.Ordinal));
        }

        _usage.Down = null;
        using var next = NewProjector(journal);
        await RunToEndAsync(next);

        (await _usage.TotalsAsync(Ct)).Requests.ShouldBe(20);
    }

    [Fact]
    public async Task The_store_is_maintained_at_the_start_and_every_hour_even_if_it_fails_once()
    {
        await using var journal = OpenJournal();
        using var projector = NewProjector(journal);
        await projector.StartAsync(Ct);
        await _usage.NextMaintenanceAsync(Ct);
        _usage.MaintenanceFault = new IOException("connection refused");
        _time.Advance(TimeSpan.FromHours(1));
        await _usage.NextMaintenanceAsync(Ct);
        _usage.MaintenanceFault = null;
        _time.Advance(TimeSpan.FromHours(1));
        await _usage.NextMaintenanceAsync(Ct);
        await projector.StopAsync(Ct);

        projector.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private Journal OpenJournal(int segmentBytes = 64 << 20) =>
        Journal.Open(new JournalOptions { Directory = _directory, SegmentBytes = segmentBytes });

    private Projector NewProjector(Journal journal, Func<ProjectorOptions, ProjectorOptions>? change = null)
    {
        var options = new ProjectorOptions { Node = "n1", GatherFor = TimeSpan.FromMilliseconds(150) };
        return new Projector(journal, _usage, change?.Invoke(options) ?? options, _time, new Random(1), _log);
    }

    // A stop that comes before the host has run anything at all would find nothing to drain.
    private async Task RunToEndAsync(Projector projector)
    {
        await projector.StartAsync(Ct);
        await WaitForAsync(TimeSpan.FromMilliseconds(150));
        await projector.StopAsync(Ct);
    }

    // Timers of the framework's own are armed too; the one that is meant is known by its length.
    private async Task WaitForAsync(TimeSpan wait)
    {
        while (await _time.NextWaitAsync(Ct) != wait)
        {
            // Another timer.
        }
    }

    private static async Task AppendAsync(Journal journal, IReadOnlyList<UsageEvent> events)
    {
        foreach (var call in events)
        {
            await journal.AppendAsync(new Reserved(call, call.StartedAtMs + 1000, ["org"]), Ct);
            await journal.AppendAsync(new Settled(call), Ct);
        }
    }

    private sealed class KeptLog : ILogger<Projector>
    {
        private readonly Lock _lock = new();
        private readonly List<(LogLevel Level, string Text)> _lines = [];

        public IReadOnlyList<(LogLevel Level, string Text)> Lines
        {
            get
            {
                lock (_lock)
                {
                    return [.. _lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lock)
            {
                _lines.Add((logLevel, formatter(state, exception)));
            }
        }
    }
}
