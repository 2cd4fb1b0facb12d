using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using LedgerBook = Assay.Ledger.Book.Book;

namespace Assay.Ledger.Tests.Journal;

/// <summary>A start folds whole segments into sums. The book must be as if every entry had been applied, one by one.</summary>
public sealed class FoldingTests
{
    private const long HourMs = 3_600_000;
    private readonly SimulatedFiles _files = new();
    private readonly Random _random = new(20_261_122);
    private long _nowMs = 1_790_000_000_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2_000)]
    [InlineData(20_000)]
    [InlineData(1 << 20)]
    public async Task A_folded_start_leaves_the_book_that_its_entries_one_by_one_leave(int segmentBytes)
    {
        var options = Options(segmentBytes);
        var positions = new List<long>();
        await using (var journal = Ledger.Journal.Journal.Open(options))
        {
            foreach (var entry in Entries(3_000))
            {
                positions.Add(await journal.AppendAsync(entry, Ct));
            }
        }

        // Nothing charged before, something, everything.
        foreach (var chargedBefore in new[] { 0, positions[_random.Next(positions.Count)], positions[^1] })
        {
            var folded = NewBook();
            await using var journal = Ledger.Journal.Journal.Open(options, folded, chargedBefore);
            var single = NewBook();
            var recovery = new Recovery();
            using var reader = journal.Read(0);
            var position = 0L;
            while (reader.TryRead(out var entry, out var next))
            {
                single.Apply(entry, isCarried: position < chargedBefore);
                recovery.Apply(entry, position);
                position = next;
            }

            folded.CheckInvariants();
            folded.Fingerprint().ShouldBe(single.Fingerprint());
            folded.OpenCount.ShouldBe(single.OpenCount);
            journal.Opening.Entries.ShouldBe(3_000);
            journal.Opening.OpenReservations.Select(open => (open.Position, open.Amount, open.Tokens, open.Job?.JobId))
                .ShouldBe(recovery.OpenReservations.Select(open => (open.Position, open.Amount, open.Tokens, open.Job?.JobId)));

            // What leaves the rolling accounts, hour by hour.
            for (var hour = 0; hour < 40; hour++)
            {
                folded.Advance(_nowMs + (hour * HourMs));
                single.Advance(_nowMs + (hour * HourMs));
                folded.Fingerprint().ShouldBe(single.Fingerprint(), $"{hour} hours later");
            }
        }
    }

    [Fact]
    public async Task An_entry_that_was_settled_is_known_after_a_folded_start()
    {
        var id = JournalFixture.NewId();
        await using (var journal = Ledger.Journal.Journal.Open(Options(1 << 20)))
        {
            await journal.AppendAsync(JournalFixture.Reservation(id), Ct);
            await journal.AppendAsync(JournalFixture.Settlement(id), Ct);
        }

        var book = NewBook();
        await using var again = Ledger.Journal.Journal.Open(Options(1 << 20), book);

        book.Post(id, new NanoUsd(1), 1, _nowMs).ShouldBe(SettleStatus.AlreadyPosted);
        await Should.ThrowAsync<JournalInvariantException>(
            async () => await again.AppendAsync(JournalFixture.Reservation(id), Ct));
    }

    [Theory]
    [InlineData("reserve settle reserve settle", "settled twice")]
    [InlineData("reserve reserve settle", "reserved after it was settled")]
    [InlineData("reserve settle settle", "settled twice")]
    [InlineData("reserve settle extend", "extended after it was settled")]
    [InlineData("reserve | reserve settle", "reserved twice")]
    [InlineData("reserve settle | settle", "settled twice")]
    public void Entries_of_one_call_that_contradict_each_other_stop_a_start(string story, string why)
    {
        var id = JournalFixture.NewId();
        var segments = story.Split(" | ");
        var position = 0L;
        foreach (var segment in segments)
        {
            var header = new byte[SegmentHeader.Bytes];
            new SegmentHeader(position, position).Write(header);
            List<byte> bytes = [.. header];
            var name = SegmentHeader.FileName(position);
            foreach (var word in segment.Split(' '))
            {
                var writer = new RecordWriter(512);
                EntryCodec.Encode(writer, word switch
                {
                    "reserve" => JournalFixture.Reservation(id),
                    "settle" => JournalFixture.Settlement(id),
                    _ => new Extended(id, 1, new NanoUsd(1), 1),
                });
                byte[] frame = [.. new byte[Frame.HeadBytes], .. writer.Written];
                Frame.Seal(frame, FrameMarks.None, position);
                bytes.AddRange(frame);
                position += frame.Length;
            }

            _files.Replace(name, [.. bytes]);
        }

        Should.Throw<JournalInvariantException>(() => Ledger.Journal.Journal.Open(Options(1 << 20), NewBook()))
            .Message.ShouldContain(why);
    }

    private JournalOptions Options(int segmentBytes) =>
        new() { Directory = "journal", Files = _files, SegmentBytes = segmentBytes };

    private static LedgerBook NewBook() =>
        new(rollingHours: account => account.StartsWith("rolling", StringComparison.Ordinal) ? 24 : 0);

    /// <summary>Calls that overlap, in several orders: extended, voided, expired, jobs, limits, and settlements alone.</summary>
    private IEnumerable<JournalEntry> Entries(int count)
    {
        string[][] accounts =
        [
            [], ["org"], ["org", "org", "rolling-a"], ["org", "team-é", "rolling-a", "rolling-b"], ["rolling-b", "team-é"],
        ];
        var open = new List<Reserved>();
        for (var i = 0; i < count; i++)
        {
            _nowMs += _random.Next(120_000);
            var pick = _random.Next(100);
            if (pick < 3)
            {
                yield return new LimitSet(
                    "org", _nowMs, (AccountUnit)_random.Next(2), _random.Next(4) == 0 ? null : _random.Next(1 << 30));
            }
            else if (pick < 5)
            {
                yield return new Carried("rolling-a", _nowMs, _nowMs - _random.Next(90_000_000), Some(), _random.Next(1_000));
            }
            else if (pick < 7)
            {
                yield return new Settled(Call(JournalFixture.NewId()), accounts[_random.Next(accounts.Length)], 100);
            }
            else if (pick < 50 || open.Count == 0)
            {
                var reserved = new Reserved(
                    Call(JournalFixture.NewId()), _nowMs + 600_000, accounts[_random.Next(accounts.Length)]);
                open.Add(reserved);
                yield return reserved;
            }
            else if (pick < 60)
            {
                yield return new Extended(open[_random.Next(open.Count)].Call.Id, _nowMs, Some(), _random.Next(5_000));
            }
            else if (pick < 62)
            {
                yield return new Submitted(open[_random.Next(open.Count)].Call.Id, _nowMs, "batches/7", ["gpt-5.5"]);
            }
            else
            {
                // Mostly the latest, seldom one that has been open for long.
                var at = _random.Next(8) == 0 ? _random.Next(open.Count) : open.Count - 1;
                var reserved = open[at];
                open.RemoveAt(at);
                var call = Call(reserved.Call.Id) with
                {
                    StartedAtMs = reserved.Call.StartedAtMs,
                    Resolution = (Resolution)_random.Next(3),
                };
                yield return new Settled(call, reserved.Accounts, 1);
            }
        }
    }

    private NanoUsd Some() => new(_random.NextInt64(1_000_000));

    private UsageEvent Call(Guid id) => JournalFixture.Call(id) with
    {
        StartedAtMs = _nowMs,
        Cost = Some(),
        Reserved = Some(),
        Counts = new UsageCounts { [UsageClass.Input] = _random.Next(9_000), [UsageClass.Output] = _random.Next(900) },
    };
}
