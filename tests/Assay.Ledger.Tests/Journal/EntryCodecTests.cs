using Assay.Ledger.Journal;
using Assay.Ledger.Usage;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Ledger.Tests.Journal;

public sealed class EntryCodecTests
{
    [Fact]
    public void Every_entry_decodes_to_what_was_encoded()
    {
        var strings = new StringCache();
        Prop.ForAll(EntryGenerator.Entry.ToArbitrary(), entry => Same(EntryCodec.Decode(Encode(entry), strings), entry))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Entries_encoded_one_behind_the_other_do_not_touch()
    {
        var strings = new StringCache();
        Prop.ForAll(
            Gen.ListOf(EntryGenerator.Entry).ToArbitrary(),
            entries =>
            {
                var writer = new RecordWriter(16);
                var ends = entries.Select(entry =>
                {
                    EntryCodec.Encode(writer, entry);
                    return writer.Length;
                }).ToList();
                return entries.Select((entry, i) =>
                        Same(EntryCodec.Decode(writer.Written[(i == 0 ? 0 : ends[i - 1])..ends[i]], strings), entry))
                    .All(static same => same);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_record_cut_anywhere_or_with_a_byte_more_is_refused_by_name()
    {
        Prop.ForAll(EntryGenerator.Entry.ToArbitrary(), entry =>
        {
            var record = Encode(entry);
            for (var length = 0; length < record.Length; length++)
            {
                Should.Throw<JournalFormatException>(() => EntryCodec.Decode(record.AsSpan(0, length), new StringCache()));
            }

            Should.Throw<JournalFormatException>(() => EntryCodec.Decode([.. record, 0], new StringCache()));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_a_start_scans_of_a_call_is_what_decoding_reads_and_refuses_the_same()
    {
        var calls = EntryGenerator.Entry.Where(static entry => entry is Reserved or Settled).ToArbitrary();
        Prop.ForAll(calls, ArbMap.Default.ArbFor<int>(), (entry, seed) =>
        {
            var record = Encode(entry);
            CallScan.IsCall(record, out _).ShouldBeTrue();
            var scan = CallScan.Read(record, out var accounts);
            var call = (entry as Reserved)?.Call ?? ((Settled)entry).Call;
            scan.Id.ShouldBe(call.Id);
            scan.StartedAtMs.ShouldBe(call.StartedAtMs);
            scan.Resolution.ShouldBe(call.Resolution);
            scan.Cost.ShouldBe(call.Cost.Nanos);
            scan.Tokens.ShouldBe(Enum.GetValues<UsageClass>()
                .Where(static one => one is not (UsageClass.WebSearch or UsageClass.ToolCall or UsageClass.Request))
                .Aggregate(0L, (sum, one) => (long)Int128.Min(long.MaxValue, (Int128)sum + call.Counts[one])));
            var names = (entry as Reserved)?.Accounts ?? ((Settled)entry).Accounts;
            var reader = new RecordReader(accounts, new StringCache());
            reader.Size().ShouldBe(names.Count);

            var random = new Random(seed);
            for (var i = 0; i < 30; i++)
            {
                // Cut, or one byte changed; not the kind, which only says who reads it.
                var changed = i < 10 ? record[..random.Next(2, record.Length)] : record.ToArray();
                changed[random.Next(1, changed.Length)] = (byte)random.Next(256);
                if (CallScan.IsCall(changed, out _))
                {
                    Refuses(() => CallScan.Read(changed, out _))
                        .ShouldBe(Refuses(() => EntryCodec.Decode(changed, new StringCache())));
                }
            }
        }).QuickCheckThrowOnFailure();

        static string? Refuses(Action read)
        {
            try
            {
                read();
                return null;
            }
            catch (JournalFormatException error)
            {
                return error.Message;
            }
        }
    }

    [Fact]
    public void Any_bytes_decode_to_an_entry_or_to_a_named_error()
    {
        Prop.ForAll(EntryGenerator.Entry.ToArbitrary(), ArbMap.Default.ArbFor<int>(), (entry, seed) =>
        {
            var record = Encode(entry);
            var random = new Random(seed);
            for (var i = 0; i < 20; i++)
            {
                var changed = record.ToArray();
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
                try
                {
                    EntryCodec.Decode(changed, new StringCache()).ShouldNotBeNull();
                }
                catch (JournalFormatException)
                {
                    // A name for what is wrong is all that is asked.
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 6)]
    [InlineData(0, 255)]
    [InlineData(1, 0)]
    [InlineData(1, 4)]
    public void An_unknown_kind_or_version_is_refused_by_name(int at, byte value)
    {
        var record = Encode(JournalFixture.Settlement(JournalFixture.NewId()));
        record[at] = value;
        Should.Throw<JournalFormatException>(() => EntryCodec.Decode(record, new StringCache()))
            .Message.ShouldContain("a newer Assay wrote it");
    }

    [Fact]
    public void A_settlement_of_version_1_charges_no_account()
    {
        // It ended with the call: without its arm, the number of accounts and the tokens held.
        var settlement = JournalFixture.Settlement(JournalFixture.NewId());
        var record = Encode(settlement);
        record[1] = 1;

        var read = EntryCodec.Decode(record.AsSpan(..^3), new StringCache()).ShouldBeOfType<Settled>();

        read.Call.ShouldBe(settlement.Call);
        read.Accounts.ShouldBeEmpty();
        read.HeldTokens.ShouldBe(0);
    }

    [Fact]
    public void Records_from_before_experiments_have_no_arm()
    {
        var settlement = JournalFixture.Settlement(JournalFixture.NewId());
        var withArm = Encode(settlement with { Call = settlement.Call with { Arm = "larger-model/treatment" } });
        EntryCodec.Decode(withArm, new StringCache()).ShouldBeOfType<Settled>().Call.Arm.ShouldBe("larger-model/treatment");

        // Version 2 went on with the number of accounts where the length of the arm is now.
        var record = Encode(settlement).ToList();
        record[1] = 2;
        record.RemoveAt(record.Count - 3);
        EntryCodec.Decode(record.ToArray(), new StringCache()).ShouldBeOfType<Settled>().Call.ShouldBe(settlement.Call);
        CallScan.Read(record.ToArray(), out _).Id.ShouldBe(settlement.Call.Id);
    }

    [Fact]
    public void A_settlement_is_about_250_bytes()
    {
        Encode(JournalFixture.Settlement(JournalFixture.NewId())).Length.ShouldBeInRange(180, 260);
    }

    [Fact]
    public void Texts_that_repeat_are_one_instance()
    {
        var strings = new StringCache();
        var first = (Settled)EntryCodec.Decode(Encode(JournalFixture.Settlement(JournalFixture.NewId())), strings);
        var second = (Settled)EntryCodec.Decode(Encode(JournalFixture.Settlement(JournalFixture.NewId())), strings);
        second.Call.Model.ShouldBeSameAs(first.Call.Model);
        second.Call.TeamId.ShouldBeSameAs(first.Call.TeamId);
    }

    [Fact]
    public void Encoding_allocates_nothing()
    {
        var writer = new RecordWriter(4096);
        var entry = JournalFixture.Reservation(JournalFixture.NewId());
        EntryCodec.Encode(writer, entry);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            writer.Truncate(0);
            EntryCodec.Encode(writer, entry);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void The_checksum_is_crc_32c()
    {
        // The check value of the Castagnoli polynomial.
        Crc32C.Of("123456789"u8).ShouldBe(0xE3069283);
    }

    internal static byte[] Encode(JournalEntry entry)
    {
        var writer = new RecordWriter(16);
        EntryCodec.Encode(writer, entry);
        return writer.Written.ToArray();
    }

    internal static bool Same(JournalEntry left, JournalEntry right) => (left, right) switch
    {
        (Reserved l, Reserved r) =>
            l.Accounts.SequenceEqual(r.Accounts, StringComparer.Ordinal) && l with { Accounts = r.Accounts } == r,
        (Submitted l, Submitted r) => l with { Models = r.Models } == r && l.Models.SequenceEqual(r.Models),
        (Settled l, Settled r) =>
            l.Accounts.SequenceEqual(r.Accounts, StringComparer.Ordinal) && l with { Accounts = r.Accounts } == r,
        _ => left == right,
    };
}
