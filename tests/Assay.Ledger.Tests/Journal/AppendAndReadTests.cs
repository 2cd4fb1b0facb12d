using Assay.Ledger.Journal;

namespace Assay.Ledger.Tests.Journal;

public sealed class AppendAndReadTests : IDisposable
{
    private readonly JournalFixture _fixture = new();

    [Theory]
    [InlineData(Durability.Process)]
    [InlineData(Durability.Disk)]
    public async Task Entries_are_read_back_in_their_order_after_reopening(Durability durability)
    {
        var ct = TestContext.Current.CancellationToken;
        var options = _fixture.Options with { Durability = durability };
        var ids = Enumerable.Range(0, 100).Select(_ => JournalFixture.NewId()).ToList();
        long tail = 0;
        await using (var journal = Ledger.Journal.Journal.Open(options))
        {
            foreach (var id in ids)
            {
                var position = await journal.AppendAsync(JournalFixture.Settlement(id), ct);
                position.ShouldBeGreaterThan(tail);
                position.ShouldBe(journal.AppendedPosition);
                tail = position;
            }

            JournalFixture.ReadAll(journal).Cast<Settled>().Select(settled => settled.Call.Id).ShouldBe(ids);
        }

        await using var reopened = Ledger.Journal.Journal.Open(options);
        reopened.TailPosition.ShouldBe(tail);
        reopened.Opening.Entries.ShouldBe(100);
        JournalFixture.ReadAll(reopened).Cast<Settled>().Select(settled => settled.Call.Id).ShouldBe(ids);
    }

    [Fact]
    public async Task An_append_that_finds_nobody_writing_is_done_when_the_call_returns()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var journal = Ledger.Journal.Journal.Open(_fixture.Options);
        var appended = journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), ct);
        var done = appended.IsCompletedSuccessfully;
        await appended;
        done.ShouldBeTrue();
    }

    [Fact]
    public async Task A_reader_waits_for_the_next_append()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var journal = Ledger.Journal.Journal.Open(_fixture.Options);
        using var reader = journal.Read(0);
        reader.TryRead(out _, out var position).ShouldBeFalse();
        var waiting = journal.WaitForAppendAsync(position, ct).AsTask();
        waiting.IsCompleted.ShouldBeFalse();

        var id = JournalFixture.NewId();
        await journal.AppendAsync(JournalFixture.Settlement(id), ct);

        await waiting;
        reader.TryRead(out var entry, out _).ShouldBeTrue();
        entry.ShouldBeOfType<Settled>().Call.Id.ShouldBe(id);
    }

    [Fact]
    public async Task Segments_rotate_by_size_and_read_as_one_stretch()
    {
        var ct = TestContext.Current.CancellationToken;
        var options = _fixture.Options with { SegmentBytes = 4096 };
        var ids = Enumerable.Range(0, 200).Select(_ => JournalFixture.NewId()).ToList();
        await using (var journal = Ledger.Journal.Journal.Open(options))
        {
            foreach (var id in ids)
            {
                await journal.AppendAsync(JournalFixture.Settlement(id), ct);
            }

            journal.SegmentCount.ShouldBeGreaterThan(5);
            JournalFixture.ReadAll(journal).Cast<Settled>().Select(settled => settled.Call.Id).ShouldBe(ids);
        }

        await using var reopened = Ledger.Journal.Journal.Open(options);
        JournalFixture.ReadAll(reopened).Cast<Settled>().Select(settled => settled.Call.Id).ShouldBe(ids);
    }

    public void Dispose() => _fixture.Dispose();
}
