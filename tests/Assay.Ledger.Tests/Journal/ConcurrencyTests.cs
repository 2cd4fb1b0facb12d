using Assay.Ledger.Journal;

namespace Assay.Ledger.Tests.Journal;

public sealed class ConcurrencyTests : IDisposable
{
    private readonly JournalFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Durability.Process, 64 << 20, 8192)]
    [InlineData(Durability.Process, 16 << 10, 8192)]
    [InlineData(Durability.Process, 64 << 20, 3)]
    [InlineData(Durability.Disk, 64 << 10, 8192)]
    public async Task Many_appenders_and_a_reader_lose_double_and_reorder_nothing(
        Durability durability, int segmentBytes, int queueEntriesMax)
    {
        const int Callers = 24;
        const int Each = 150;
        var options = _fixture.Options with
        {
            Durability = durability,
            SegmentBytes = segmentBytes,
            QueueEntriesMax = queueEntriesMax,
        };
        await using (var journal = Ledger.Journal.Journal.Open(options))
        {
            var reading = Task.Run(() => ReadCallers(journal, Callers * Each), Ct);
            var positions = await Task.WhenAll(Enumerable.Range(0, Callers)
                .Select(caller => Task.Run(() => AppendAsCaller(journal, caller, Each), Ct)));

            positions.SelectMany(static own => own).Distinct().Count().ShouldBe(Callers * Each);
            positions.ShouldAllBe(static own => own.SequenceEqual(own.Order()));
            positions.Max(static own => own[^1]).ShouldBe(journal.TailPosition);
            ShouldBeEachCallersOrder(await reading, Callers, Each);
        }

        await using var reopened = Ledger.Journal.Journal.Open(options);
        reopened.Opening.CutBytes.ShouldBe(0);
        ShouldBeEachCallersOrder(
            JournalFixture.ReadAll(reopened).Cast<Extended>().Select(static entry => (entry.AtMs, entry.Tokens)),
            Callers,
            Each);
    }

    [Fact]
    public async Task A_caller_that_does_not_await_still_keeps_its_order()
    {
        var files = new SimulatedFiles();
        await using var journal = Ledger.Journal.Journal.Open(Options(files));
        using var held = new HeldWrites(files);
        var first = Task.Run(async () => await journal.AppendAsync(Entry(0, 0), Ct), Ct);
        held.WaitUntilOneIsHeld();
        var appends = Enumerable.Range(1, 50).Select(i => journal.AppendAsync(Entry(0, i), Ct).AsTask()).ToList();
        held.Release();
        await Task.WhenAll([first, .. appends]);
        ShouldBeEachCallersOrder(
            JournalFixture.ReadAll(journal).Cast<Extended>().Select(static entry => (entry.AtMs, entry.Tokens)), 1, 51);
    }

    [Fact]
    public async Task A_full_queue_lets_callers_wait_and_leave_and_keeps_what_it_accepted()
    {
        var files = new SimulatedFiles();
        await using var journal = Ledger.Journal.Journal.Open(Options(files) with { QueueEntriesMax = 2 });
        using var held = new HeldWrites(files);
        var writing = Task.Run(async () => await journal.AppendAsync(Entry(0, 0), Ct), Ct);
        held.WaitUntilOneIsHeld();

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var accepted = journal.AppendAsync(Entry(0, 1), leaving.Token).AsTask();
        var alsoAccepted = journal.AppendAsync(Entry(0, 2), Ct).AsTask();
        var left = journal.AppendAsync(Entry(0, 99), leaving.Token).AsTask();
        var waits = journal.AppendAsync(Entry(0, 3), Ct).AsTask();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        accepted.IsCompleted.ShouldBeFalse();

        held.Release();
        await Task.WhenAll(writing, accepted, alsoAccepted, waits);

        JournalFixture.ReadAll(journal).Cast<Extended>().Select(static entry => entry.Tokens).ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public async Task An_append_with_a_cancelled_token_writes_nothing()
    {
        await using var journal = Ledger.Journal.Journal.Open(_fixture.Options);
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await journal.AppendAsync(Entry(0, 0), new CancellationToken(canceled: true)));
        journal.TailPosition.ShouldBe(0);
    }

    [Fact]
    public async Task Waiting_appends_share_one_sync()
    {
        var files = new SimulatedFiles();
        await using var journal = Ledger.Journal.Journal.Open(
            Options(files) with { Durability = Durability.Disk, SyncEvery = TimeSpan.FromHours(1) });
        using var held = new HeldWrites(files, "sync");
        var first = Task.Run(async () => await journal.AppendAsync(Entry(0, 0), Ct), Ct);
        held.WaitUntilOneIsHeld();
        var before = files.SyncCount;
        var others = Enumerable.Range(1, 100).Select(i => journal.AppendAsync(Entry(0, i), Ct).AsTask()).ToList();
        first.IsCompleted.ShouldBeFalse();
        journal.AppendedPosition.ShouldBe(0, "readers must not see what is not on disk yet");
        held.Release();
        await Task.WhenAll([first, .. others]);
        (files.SyncCount - before).ShouldBe(2);
    }

    [Fact]
    public async Task Closing_waits_for_what_was_accepted_and_refuses_what_comes_later()
    {
        var files = new SimulatedFiles();
        var journal = Ledger.Journal.Journal.Open(Options(files));
        using var held = new HeldWrites(files);
        var first = Task.Run(async () => await journal.AppendAsync(Entry(0, 0), Ct), Ct);
        held.WaitUntilOneIsHeld();
        var second = journal.AppendAsync(Entry(0, 1), Ct).AsTask();
        var closing = journal.DisposeAsync().AsTask();
        await Should.ThrowAsync<ObjectDisposedException>(async () => await journal.AppendAsync(Entry(0, 2), Ct));
        closing.IsCompleted.ShouldBeFalse();
        held.Release();
        await Task.WhenAll(first, second, closing);
        await using var reopened = Ledger.Journal.Journal.Open(Options(files));
        JournalFixture.ReadAll(reopened).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_wait_for_an_append_ends_with_its_token_or_with_the_journal()
    {
        var journal = Ledger.Journal.Journal.Open(_fixture.Options);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var left = journal.WaitForAppendAsync(0, leaving.Token).AsTask();
        var stays = journal.WaitForAppendAsync(0, Ct).AsTask();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        await journal.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(() => stays);
    }

    [Fact]
    public async Task Appending_straight_through_allocates_nothing()
    {
        await using var journal = Ledger.Journal.Journal.Open(_fixture.Options);
        var entry = Entry(0, 0);
        for (var i = 0; i < 100; i++)
        {
            await journal.AppendAsync(entry, Ct);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            var append = journal.AppendAsync(entry, Ct);
            if (!append.IsCompletedSuccessfully)
            {
                await append;
            }
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    public void Dispose() => _fixture.Dispose();

    private static JournalOptions Options(SimulatedFiles files) => new() { Directory = "journal", Files = files };

    /// <summary>An entry that says who appended it as which of its own.</summary>
    private static Extended Entry(int caller, int number) => new(Guid.Empty, caller, default, number);

    private static async Task<long[]> AppendAsCaller(Ledger.Journal.Journal journal, int caller, int count)
    {
        var positions = new long[count];
        for (var i = 0; i < count; i++)
        {
            positions[i] = await journal.AppendAsync(Entry(caller, i), Ct);
            await Task.Yield();
        }

        return positions;
    }

    private static async Task<List<(long Caller, long Number)>> ReadCallers(Ledger.Journal.Journal journal, int count)
    {
        using var reader = journal.Read(0);
        var read = new List<(long, long)>();
        var position = 0L;
        while (read.Count < count)
        {
            await journal.WaitForAppendAsync(position, Ct);
            while (reader.TryRead(out var entry, out position))
            {
                var extended = entry.ShouldBeOfType<Extended>();
                read.Add((extended.AtMs, extended.Tokens));
            }
        }

        return read;
    }

    private static void ShouldBeEachCallersOrder(IEnumerable<(long Caller, long Number)> entries, int callers, int each)
    {
        var byCaller = entries.ToLookup(static entry => entry.Caller, static entry => entry.Number);
        byCaller.Count.ShouldBe(callers);
        foreach (var caller in byCaller)
        {
            caller.ShouldBe(Enumerable.Range(0, each).Select(static number => (long)number));
        }
    }
}

/// <summary>Holds every write (or sync) until it is released.</summary>
internal sealed class HeldWrites : IDisposable
{
    private readonly ManualResetEventSlim _released = new();
    private readonly SemaphoreSlim _held = new(0);

    public HeldWrites(SimulatedFiles files, string what = "write") => files.Before = called =>
    {
        if (called == what && !_released.IsSet)
        {
            _held.Release();
            _released.Wait(TestContext.Current.CancellationToken);
        }
    };

    public void WaitUntilOneIsHeld() => _held.Wait(TestContext.Current.CancellationToken);

    public void Release() => _released.Set();

    public void Dispose()
    {
        _released.Set();
        _held.Dispose();
    }
}
