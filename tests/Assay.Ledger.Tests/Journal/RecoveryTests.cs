using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;

namespace Assay.Ledger.Tests.Journal;

public sealed class RecoveryTests
{
    private readonly SimulatedFiles _files = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private JournalOptions Options => new() { Directory = "journal", Files = _files, SegmentBytes = 1000 };

    [Fact]
    public async Task What_is_reserved_and_not_settled_is_found_at_the_next_start_with_its_extensions()
    {
        var settled = JournalFixture.NewId();
        var open = JournalFixture.NewId();
        var later = JournalFixture.NewId();
        await Append(
            JournalFixture.Reservation(settled),
            JournalFixture.Reservation(open),
            new Extended(open, 5, new NanoUsd(1000), 70),
            JournalFixture.Settlement(settled),
            JournalFixture.Reservation(later),
            new Extended(open, 6, new NanoUsd(2000), 30));

        await using var journal = Ledger.Journal.Journal.Open(Options);

        var found = journal.Opening.OpenReservations;
        found.Select(static reservation => reservation.Entry.Call.Id).ShouldBe([open, later]);
        var call = JournalFixture.Call(open);
        found[0].Amount.ShouldBe(call.Cost + new NanoUsd(3000));
        found[0].Tokens.ShouldBe(call.Counts.TotalTokens + 100);
        found[0].Entry.Accounts.ShouldBe(["org:month", "team:platform:month"]);
    }

    [Fact]
    public async Task A_reservation_of_a_batch_job_is_found_with_its_job_and_one_that_is_settled_takes_none()
    {
        var call = JournalFixture.NewId();
        var job = JournalFixture.NewId();
        var submitted = new Submitted(job, 7, "/v1/batches/batch_1", ["gpt-5.5", "gpt-5.4-mini"]);
        await Append(JournalFixture.Reservation(call), JournalFixture.Reservation(job), submitted);

        await using var journal = Ledger.Journal.Journal.Open(Options);

        journal.Opening.OpenReservations[0].Job.ShouldBeNull();
        EntryCodecTests.Same(journal.Opening.OpenReservations[1].Job!, submitted).ShouldBeTrue();
        await journal.AppendAsync(JournalFixture.Settlement(job), Ct);
        await Should.ThrowAsync<JournalInvariantException>(async () => await journal.AppendAsync(submitted, Ct));
    }

    [Fact]
    public async Task Replaying_the_journal_gives_the_book_that_was_live()
    {
        var live = new Assay.Ledger.Book.Book();
        var random = new Random(7);
        var entries = new List<JournalEntry> { new LimitSet("org:month", 1, AccountUnit.NanoUsd, long.MaxValue / 4) };
        var open = new List<Guid>();
        for (var i = 0; i < 300; i++)
        {
            if (open.Count == 0 || random.Next(3) > 0)
            {
                open.Add(JournalFixture.NewId());
                entries.Add(JournalFixture.Reservation(open[^1]));
            }
            else
            {
                var index = random.Next(open.Count);
                entries.Add(JournalFixture.Settlement(open[index]));
                open.RemoveAt(index);
            }
        }

        foreach (var entry in entries)
        {
            live.Apply(entry);
        }

        await Append([.. entries]);
        var replayed = new Assay.Ledger.Book.Book();
        await using var journal = Ledger.Journal.Journal.Open(Options, replayed);

        replayed.Fingerprint().ShouldBe(live.Fingerprint());
        journal.Opening.OpenReservations.Count.ShouldBe(open.Count);
    }

    [Fact]
    public async Task A_second_settlement_is_refused_and_the_journal_goes_on()
    {
        var id = JournalFixture.NewId();
        await using var journal = Ledger.Journal.Journal.Open(Options);
        await journal.AppendAsync(JournalFixture.Reservation(id), Ct);
        await journal.AppendAsync(JournalFixture.Settlement(id), Ct);
        var tail = journal.TailPosition;

        await ShouldBeRefused(journal, JournalFixture.Settlement(id), "settled twice");
        await ShouldBeRefused(journal, JournalFixture.Reservation(id), "reserved after it was settled");
        await ShouldBeRefused(journal, new Extended(id, 1, NanoUsd.Zero, 1), "extended after it was settled");
        var other = JournalFixture.NewId();
        await journal.AppendAsync(JournalFixture.Reservation(other), Ct);
        await ShouldBeRefused(journal, JournalFixture.Reservation(other), "reserved twice");

        journal.IsBroken.ShouldBeFalse();
        JournalFixture.ReadAll(journal, tail).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_settlement_is_refused_also_after_a_restart()
    {
        var id = JournalFixture.NewId();
        await Append(JournalFixture.Reservation(id), JournalFixture.Settlement(id));
        await using var journal = Ledger.Journal.Journal.Open(Options);
        await ShouldBeRefused(journal, JournalFixture.Settlement(id), "settled twice");
    }

    [Fact]
    public async Task A_second_settlement_in_the_files_stops_the_start_by_name_and_place()
    {
        // Only a fault in this code or a hand in the files can bring it there.
        var id = JournalFixture.NewId();
        var first = await Append(JournalFixture.Settlement(id));
        var name = _files.Names.ShouldHaveSingleItem();
        var bytes = _files.Bytes(name);
        var twin = bytes[SegmentHeader.Bytes..];
        Frame.Seal(twin, FrameMarks.None, first);
        _files.Replace(name, [.. bytes, .. twin]);

        var error = Should.Throw<JournalInvariantException>(() => Ledger.Journal.Journal.Open(Options));
        error.Message.ShouldContain(id.ToString());
        error.Message.ShouldContain("settled twice");
        error.Message.ShouldContain(name);
        error.Message.ShouldContain($"offset {bytes.Length}");
    }

    [Fact]
    public void Settled_calls_are_remembered_in_a_ring()
    {
        var rules = new CallRules(settledMax: 2);
        var segment = new Segment("", new SegmentHeader(0, 0));
        var first = JournalFixture.NewId();
        rules.Admit(JournalFixture.Settlement(first), segment);
        rules.Admit(JournalFixture.Settlement(JournalFixture.NewId()), segment);
        Should.Throw<JournalInvariantException>(() => rules.Admit(JournalFixture.Settlement(first), segment));
        rules.Admit(JournalFixture.Settlement(JournalFixture.NewId()), segment);
        rules.Admit(JournalFixture.Settlement(first), segment).ShouldBeNull();
    }

    [Fact]
    public async Task Applied_segments_are_deleted_but_not_beyond_one_with_an_open_reservation()
    {
        await using var journal = Ledger.Journal.Journal.Open(Options);
        await AppendSettledCalls(journal, 10);
        var open = JournalFixture.NewId();
        await journal.AppendAsync(JournalFixture.Reservation(open), Ct);
        var openEnd = journal.TailPosition;
        await AppendSettledCalls(journal, 10);
        var segments = journal.SegmentCount;

        journal.DeleteThrough(0);
        journal.SegmentCount.ShouldBe(segments);

        journal.DeleteThrough(journal.TailPosition);
        journal.FirstPosition.ShouldBeInRange(openEnd - 1300, openEnd - 1);
        journal.SegmentCount.ShouldBeGreaterThan(3);
        JournalFixture.ReadAll(journal, journal.FirstPosition).OfType<Reserved>()
            .ShouldContain(reserved => reserved.Call.Id == open);

        await journal.AppendAsync(JournalFixture.Settlement(open), Ct);
        journal.DeleteThrough(journal.TailPosition);
        journal.SegmentCount.ShouldBe(1);
        _files.Names.Count.ShouldBe(1);
        Should.Throw<JournalPositionException>(() => journal.Read(0));
    }

    [Fact]
    public async Task After_a_restart_an_open_reservation_still_holds_its_segment()
    {
        var open = JournalFixture.NewId();
        await using (var journal = Ledger.Journal.Journal.Open(Options))
        {
            await journal.AppendAsync(JournalFixture.Reservation(open), Ct);
            await AppendSettledCalls(journal, 10);
        }

        await using var reopened = Ledger.Journal.Journal.Open(Options);
        reopened.DeleteThrough(reopened.TailPosition);
        reopened.FirstPosition.ShouldBe(0);
        await reopened.AppendAsync(JournalFixture.Settlement(open), Ct);
        reopened.DeleteThrough(reopened.TailPosition);
        reopened.SegmentCount.ShouldBe(1);
        await reopened.DisposeAsync();

        await using var last = Ledger.Journal.Journal.Open(Options);
        last.TailPosition.ShouldBe(reopened.TailPosition);
        last.Opening.OpenReservations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_segment_is_deleted_only_once_the_settlements_behind_it_are_on_disk()
    {
        await using var journal = Ledger.Journal.Journal.Open(Options with { SyncEvery = TimeSpan.FromHours(1) });
        var id = JournalFixture.NewId();
        await journal.AppendAsync(JournalFixture.Reservation(id), Ct);
        await AppendSettledCalls(journal, 10);
        await journal.AppendAsync(JournalFixture.Settlement(id), Ct);
        journal.SyncedPosition.ShouldBeLessThan(journal.TailPosition);

        journal.DeleteThrough(journal.TailPosition);

        journal.SyncedPosition.ShouldBe(journal.TailPosition);
    }

    [Fact]
    public async Task A_settlement_that_is_not_written_yet_does_not_free_its_segment()
    {
        await using var journal = Ledger.Journal.Journal.Open(Options);
        var id = JournalFixture.NewId();
        await journal.AppendAsync(JournalFixture.Reservation(id), Ct);
        await AppendSettledCalls(journal, 10);
        using var held = new HeldWrites(_files);
        var settling = Task.Run(async () => await journal.AppendAsync(JournalFixture.Settlement(id), Ct), Ct);
        held.WaitUntilOneIsHeld();

        journal.DeleteThrough(journal.TailPosition);
        journal.FirstPosition.ShouldBe(0);

        held.Release();
        await settling;
        journal.DeleteThrough(journal.TailPosition);
        journal.FirstPosition.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_reader_whose_next_segment_was_deleted_is_told_so()
    {
        await using var journal = Ledger.Journal.Journal.Open(Options);
        await AppendSettledCalls(journal, 10);
        using var reader = journal.Read(0);
        reader.TryRead(out _, out _).ShouldBeTrue();
        journal.DeleteThrough(journal.TailPosition);
        Should.Throw<JournalPositionException>(() =>
        {
            while (reader.TryRead(out _, out _))
            {
            }
        }).Message.ShouldContain("deleted before they were read");
    }

    private static async Task AppendSettledCalls(Ledger.Journal.Journal journal, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            var id = JournalFixture.NewId();
            await journal.AppendAsync(JournalFixture.Reservation(id), Ct);
            await journal.AppendAsync(JournalFixture.Settlement(id), Ct);
        }
    }

    private static async Task ShouldBeRefused(Ledger.Journal.Journal journal, JournalEntry entry, string why) =>
        (await Should.ThrowAsync<JournalInvariantException>(async () => await journal.AppendAsync(entry, Ct)))
        .Message.ShouldContain(why);

    private async Task<long> Append(params JournalEntry[] entries)
    {
        await using var journal = Ledger.Journal.Journal.Open(Options);
        foreach (var entry in entries)
        {
            await journal.AppendAsync(entry, Ct);
        }

        return journal.TailPosition;
    }
}
