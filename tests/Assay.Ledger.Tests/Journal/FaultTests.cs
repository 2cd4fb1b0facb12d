using Assay.Ledger.Journal;

namespace Assay.Ledger.Tests.Journal;

public sealed class FaultTests
{
    private readonly SimulatedFiles _files = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private JournalOptions Options => new()
    {
        Directory = "journal",
        Files = _files,
        SyncEvery = TimeSpan.FromHours(1),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disk_that_fills_after_any_byte_loses_nothing_acknowledged(bool cutFails)
    {
        var first = JournalFixture.Settlement(JournalFixture.NewId());
        var size = EntryCodecTests.Encode(first).Length + Frame.HeadBytes;
        for (var fits = 0; fits < size; fits++)
        {
            var files = new SimulatedFiles();
            var options = Options with { Files = files };
            await using (var journal = Ledger.Journal.Journal.Open(options))
            {
                await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
                files.FreeBytes = fits;
                files.CutFails = cutFails;
                var error = await Should.ThrowAsync<JournalBrokenException>(
                    async () => await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct));
                error.Message.ShouldContain("No space left on device");
                journal.IsBroken.ShouldBeTrue();
                journal.Fault.ShouldBe(error);
                files.FreeBytes = long.MaxValue;
                await Should.ThrowAsync<JournalBrokenException>(
                    async () => await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct));
                JournalFixture.ReadAll(journal).Count.ShouldBe(1);
            }

            files.CutFails = false;
            var bytes = files.Bytes(files.Names[0]);
            bytes.Length.ShouldBe(SegmentHeader.Bytes + size + (cutFails ? fits : 0));
            var torn = bytes.AsSpan(SegmentHeader.Bytes + size).LastIndexOfAnyExcept((byte)0) + 1;
            await using var reopened = Ledger.Journal.Journal.Open(options);
            JournalFixture.ReadAll(reopened).Count.ShouldBe(1);
            reopened.Opening.CutBytes.ShouldBe(torn);
        }
    }

    [Fact]
    public async Task A_disk_with_no_room_left_breaks_the_journal_and_loses_nothing_acknowledged()
    {
        var files = new SimulatedFiles { RoomBytes = 3000 };
        var options = Options with { Files = files };
        var acknowledged = 0;
        await using (var journal = Ledger.Journal.Journal.Open(options))
        {
            files.FreeBytes = 10_000;
            var error = await Should.ThrowAsync<JournalBrokenException>(async () =>
            {
                while (true)
                {
                    await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
                    acknowledged++;
                }
            });
            error.Message.ShouldContain("No space left on device");
            acknowledged.ShouldBeGreaterThan(10);
            JournalFixture.ReadAll(journal).Count.ShouldBe(acknowledged);
        }

        files.FreeBytes = long.MaxValue;
        await using var reopened = Ledger.Journal.Journal.Open(options);
        JournalFixture.ReadAll(reopened).Count.ShouldBe(acknowledged);
        reopened.Opening.CutBytes.ShouldBe(0);
        await reopened.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        JournalFixture.ReadAll(reopened).Count.ShouldBe(acknowledged + 1);
    }

    [Fact]
    public async Task Every_waiter_is_told_when_the_disk_fills()
    {
        await using var journal = Ledger.Journal.Journal.Open(Options with { QueueEntriesMax = 3 });
        using var held = new HeldWrites(_files);
        var first = Task.Run(
            async () => await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct), Ct);
        held.WaitUntilOneIsHeld();
        var queued = Enumerable.Range(0, 10)
            .Select(_ => journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct).AsTask())
            .ToList();
        var reader = journal.WaitForAppendAsync(journal.TailPosition, Ct).AsTask();
        _files.FreeBytes = 100;
        held.Release();

        foreach (var append in queued.Append(first))
        {
            await Should.ThrowAsync<JournalBrokenException>(() => append);
        }

        await Should.ThrowAsync<JournalBrokenException>(() => reader);
    }

    [Fact]
    public async Task A_group_that_does_not_fit_acknowledges_none_of_it()
    {
        await using (var journal = Ledger.Journal.Journal.Open(Options))
        {
            using var held = new HeldWrites(_files);
            var first = Task.Run(
                async () => await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct), Ct);
            held.WaitUntilOneIsHeld();
            var queued = Enumerable.Range(0, 10)
                .Select(_ => journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct).AsTask())
                .ToList();
            _files.FreeBytes = 1500;
            held.Release();
            await first;
            foreach (var append in queued)
            {
                await Should.ThrowAsync<JournalBrokenException>(() => append);
            }
        }

        _files.FreeBytes = long.MaxValue;
        await using var reopened = Ledger.Journal.Journal.Open(Options);
        reopened.Opening.Entries.ShouldBe(1);
    }

    [Theory]
    [InlineData(Durability.Process)]
    [InlineData(Durability.Disk)]
    public async Task A_sync_that_fails_breaks_the_journal(Durability durability)
    {
        await using var journal = Ledger.Journal.Journal.Open(Options with { Durability = durability });
        await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        _files.SyncFails = true;
        if (durability == Durability.Process)
        {
            // It was acknowledged by the write; the fault shows at the next sync.
            await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
            Should.Throw<JournalBrokenException>(journal.Sync);
        }

        await Should.ThrowAsync<JournalBrokenException>(
            async () => await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct));
        journal.Fault.ShouldNotBeNull().InnerException.ShouldBeOfType<IOException>();
        _files.SyncFails = false;
    }

    [Fact]
    public async Task A_new_segment_that_cannot_be_made_breaks_the_journal_and_the_next_start_mends_it()
    {
        var options = Options with { SegmentBytes = 100 };
        await using (var journal = Ledger.Journal.Journal.Open(options))
        {
            await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
            _files.FreeBytes = 10;
            await Should.ThrowAsync<JournalBrokenException>(
                async () => await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct));
        }

        _files.FreeBytes = long.MaxValue;
        await using var reopened = Ledger.Journal.Journal.Open(options);
        reopened.Opening.Entries.ShouldBe(1);
        await reopened.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        JournalFixture.ReadAll(reopened).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Written_entries_are_synced_in_the_background()
    {
        await using var journal = Ledger.Journal.Journal.Open(Options with { SyncEvery = TimeSpan.FromMilliseconds(1) });
        var synced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _files.Before = called =>
        {
            if (called == "sync")
            {
                synced.TrySetResult();
            }
        };
        await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        await synced.Task.WaitAsync(Ct);
    }

    [Fact]
    public async Task An_entry_that_is_too_large_fails_alone()
    {
        await using var journal = Ledger.Journal.Journal.Open(Options);
        var large = JournalFixture.Settlement(JournalFixture.NewId(), session: new string('s', Frame.RecordBytesMax));
        await Should.ThrowAsync<JournalEntryTooLargeException>(async () => await journal.AppendAsync(large, Ct));
        journal.TailPosition.ShouldBe(0);

        using var held = new HeldWrites(_files);
        var first = Task.Run(
            async () => await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct), Ct);
        held.WaitUntilOneIsHeld();
        var before = journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct).AsTask();
        var tooLarge = journal.AppendAsync(large, Ct).AsTask();
        var after = journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct).AsTask();
        held.Release();

        await Task.WhenAll(first, before, after);
        await Should.ThrowAsync<JournalEntryTooLargeException>(() => tooLarge);
        journal.IsBroken.ShouldBeFalse();
        JournalFixture.ReadAll(journal).Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_largest_entry_is_written_and_read()
    {
        await using var journal = Ledger.Journal.Journal.Open(Options);
        var large = JournalFixture.Settlement(JournalFixture.NewId(), new string('s', Frame.RecordBytesMax - 400));
        await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        await journal.AppendAsync(large, Ct);
        EntryCodecTests.Same(JournalFixture.ReadAll(journal)[1], large).ShouldBeTrue();
    }
}
