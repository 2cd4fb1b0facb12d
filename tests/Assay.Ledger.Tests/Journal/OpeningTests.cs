using System.Buffers.Binary;
using Assay.Ledger.Journal;

namespace Assay.Ledger.Tests.Journal;

public sealed class OpeningTests : IDisposable
{
    private const string First = "00000000000000000000.journal";
    private readonly JournalFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tail_torn_at_any_byte_of_the_last_record_is_cut_and_appended_over()
    {
        var files = new SimulatedFiles();
        var (ids, ends) = await Fill(files, entries: 3);
        var whole = files.Bytes(First);
        for (var cut = ends[1] + 1; cut < ends[2]; cut++)
        {
            var torn = new SimulatedFiles();
            torn.Replace(First, whole[..(int)(SegmentHeader.Bytes + cut)]);
            await ShouldHoldAfterCutting(torn, ids[..2], cutBytes: Told(torn.Bytes(First), SegmentHeader.Bytes + ends[1]));
        }
    }

    [Fact]
    public async Task A_bit_flipped_anywhere_in_the_last_record_is_noticed()
    {
        var files = new SimulatedFiles();
        var (ids, ends) = await Fill(files, entries: 3);
        for (var at = ends[1]; at < ends[2]; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var flipped = new SimulatedFiles();
                flipped.Replace(First, Flipped(files.Bytes(First), SegmentHeader.Bytes + at, bit));
                var cutBytes = Told(flipped.Bytes(First), SegmentHeader.Bytes + ends[1]);
                var opened = await Open(flipped);
                JournalFixture.ReadAll(opened).Count.ShouldBe(2, $"byte {at}, bit {bit}");
                opened.Opening.CutBytes.ShouldBe(cutBytes);
                await opened.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Damage_with_a_whole_record_behind_it_stops_the_start_and_changes_nothing()
    {
        var files = new SimulatedFiles();
        var (_, ends) = await Fill(files, entries: 3);
        for (var at = ends[0]; at < ends[1]; at++)
        {
            var damaged = new SimulatedFiles();
            var bytes = Flipped(files.Bytes(First), SegmentHeader.Bytes + at, bit: 3);
            damaged.Replace(First, bytes);
            var error = await Should.ThrowAsync<JournalCorruptException>(() => Open(damaged));
            error.Offset.ShouldBe(SegmentHeader.Bytes + ends[0]);
            error.Message.ShouldContain(First);
            error.Message.ShouldContain("truncate -s");
            damaged.Bytes(First).ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task Zeros_behind_the_last_record_are_room_that_was_not_needed()
    {
        var files = new SimulatedFiles();
        var (ids, ends) = await Fill(files, entries: 2);
        files.Replace(First, [.. files.Bytes(First), .. new byte[5000]]);
        await ShouldHoldAfterCutting(files, ids, cutBytes: 0);
        ends[^1].ShouldBePositive();
    }

    [Fact]
    public async Task A_record_that_a_death_cut_short_in_the_midst_of_room_is_cut()
    {
        var files = new SimulatedFiles();
        var (ids, ends) = await Fill(files, entries: 3);
        var whole = files.Bytes(First);

        // If all that is missing is zeros, nothing is missing.
        for (var cut = SegmentHeader.Bytes + ends[1] + 1; cut < Told(whole, 0); cut++)
        {
            var torn = new SimulatedFiles();
            torn.Replace(First, [.. whole[..(int)cut], .. new byte[3000]]);
            await ShouldHoldAfterCutting(torn, ids[..2], cutBytes: Told(torn.Bytes(First), SegmentHeader.Bytes + ends[1]));
        }
    }

    [Fact]
    public async Task What_is_appended_stands_in_the_file_at_once_and_room_is_given_back_at_the_end()
    {
        using var fixture = new JournalFixture();
        string path;
        long end;
        bool hasRoom;
        await using (var journal = Ledger.Journal.Journal.Open(fixture.Options))
        {
            path = fixture.SegmentPaths().Single();
            using (var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete))
            {
                hasRoom = MappedRoom.IsPossible(handle);
            }

            // More than the room that is made at a time.
            do
            {
                end = await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
            }
            while (end < MappedRoom.Bytes * 5 / 2);

            // Another program sees every record, and nothing else.
            var seen = JournalDump.Read(fixture.Directory).ToList();
            seen.ShouldAllBe(record => record.Problem == null);
            seen.Count.ShouldBe(JournalFixture.ReadAll(journal).Count);
            var length = new FileInfo(path).Length;
            if (hasRoom)
            {
                length.ShouldBeInRange(SegmentHeader.Bytes + end + 1, SegmentHeader.Bytes + end + (2 * MappedRoom.Bytes));
            }
            else
            {
                length.ShouldBe(SegmentHeader.Bytes + end);
            }
        }

        new FileInfo(path).Length.ShouldBe(SegmentHeader.Bytes + end);
        await using var again = Ledger.Journal.Journal.Open(fixture.Options);
        again.Opening.CutBytes.ShouldBe(0);
        again.TailPosition.ShouldBe(end);
    }

    [Fact]
    public async Task A_segment_that_is_full_ends_with_its_last_record()
    {
        using var fixture = new JournalFixture();
        await using var journal = Ledger.Journal.Journal.Open(fixture.Options with { SegmentBytes = 1000 });
        while (fixture.SegmentPaths().Length < 3)
        {
            await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        }

        var paths = fixture.SegmentPaths();
        foreach (var (path, next) in paths.Zip(paths.Skip(1)))
        {
            SegmentHeader.TryParseFileName(Path.GetFileName(path), out var first).ShouldBeTrue();
            SegmentHeader.TryParseFileName(Path.GetFileName(next), out var end).ShouldBeTrue();
            new FileInfo(path).Length.ShouldBe(SegmentHeader.Bytes + end - first);
        }
    }

    [Fact]
    public async Task A_whole_record_at_another_position_does_not_count()
    {
        // Bytes of a deleted file that reappear at the end of another, as some file systems let happen.
        var files = new SimulatedFiles();
        var (ids, ends) = await Fill(files, entries: 2);
        var bytes = files.Bytes(First);
        var last = bytes[(int)(SegmentHeader.Bytes + ends[0])..];
        files.Replace(First, [.. bytes, .. last]);
        await ShouldHoldAfterCutting(files, ids, cutBytes: Told(last, 0));
    }

    [Fact]
    public async Task Any_damage_to_a_segment_that_is_not_the_last_stops_the_start()
    {
        var files = new SimulatedFiles();
        await Fill(files, entries: 12, segmentBytes: 1000);
        files.Names.Count.ShouldBeGreaterThan(2);
        var name = files.Names[1];
        var whole = files.Bytes(name);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = files.AfterProcessDeath();
            damaged.Replace(name, Flipped(whole, at, bit: at % 8));
            var error = await Should.ThrowAsync<JournalCorruptException>(() => Open(damaged));
            error.File.ShouldEndWith(name);
        }

        for (var length = 0; length < whole.Length; length++)
        {
            var damaged = files.AfterProcessDeath();
            damaged.Replace(name, whole[..length]);
            await Should.ThrowAsync<JournalCorruptException>(() => Open(damaged));
        }
    }

    [Fact]
    public async Task A_missing_segment_stops_the_start()
    {
        var files = new SimulatedFiles();
        await Fill(files, entries: 12, segmentBytes: 1000);
        ((ISegmentFiles)files).Delete(files.Names[1]);
        var error = await Should.ThrowAsync<JournalCorruptException>(() => Open(files));
        error.Message.ShouldContain("a file is missing");
    }

    [Fact]
    public async Task A_segment_whose_making_a_crash_cut_short_is_made_again()
    {
        var files = new SimulatedFiles();
        var (ids, ends) = await Fill(files, entries: 3);
        var next = SegmentHeader.FileName(ends[2]);
        for (var length = 0; length < SegmentHeader.Bytes; length++)
        {
            var unfinished = files.AfterProcessDeath();
            unfinished.Replace(next, files.Bytes(First)[..length]);
            await ShouldHoldAfterCutting(unfinished, ids, cutBytes: 0);
        }
    }

    [Fact]
    public async Task A_journal_whose_first_segment_was_never_finished_begins_at_the_position_in_its_name()
    {
        var files = new SimulatedFiles();
        files.Replace(SegmentHeader.FileName(5000), [1, 2, 3]);
        await using var journal = await Open(files);
        journal.TailPosition.ShouldBe(5000);
        await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        JournalFixture.ReadAll(journal, from: 5000).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_record_of_an_unknown_kind_stops_the_start_by_name_and_place()
    {
        var files = new SimulatedFiles();
        var (_, ends) = await Fill(files, entries: 2);
        var bytes = files.Bytes(First);
        var frame = bytes.AsSpan((int)(SegmentHeader.Bytes + ends[0]));
        frame[Frame.HeadBytes] = 77;
        Frame.Seal(frame, FrameMarks.None, ends[0]);
        files.Replace(First, bytes);
        var error = await Should.ThrowAsync<JournalFormatException>(() => Open(files));
        error.Message.ShouldContain("77");
        error.Message.ShouldContain($"offset {SegmentHeader.Bytes + ends[0]}");
    }

    [Fact]
    public async Task A_format_version_of_the_future_stops_the_start_by_name()
    {
        var files = new SimulatedFiles();
        await Fill(files, entries: 1);
        var bytes = files.Bytes(First);
        bytes[8] = 2;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(28), Crc32C.Of(bytes.AsSpan(0, 28)));
        files.Replace(First, bytes);
        (await Should.ThrowAsync<JournalCorruptException>(() => Open(files))).Message.ShouldContain("newer Assay");
        files.Bytes(First).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_new_directory_begins_at_the_watermark_of_the_store()
    {
        var options = _fixture.Options with { FirstPosition = 123_456 };
        await using var journal = Ledger.Journal.Journal.Open(options);
        journal.TailPosition.ShouldBe(123_456);
        await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        JournalFixture.ReadAll(journal, from: 123_456).Count.ShouldBe(1);
        Should.Throw<JournalPositionException>(() => journal.Read(0));
        Should.Throw<JournalPositionException>(() => journal.Read(999_999_999));
    }

    [Fact]
    public async Task A_journal_that_a_power_cut_left_behind_the_store_goes_on_at_the_watermark()
    {
        var files = new SimulatedFiles();
        var (ids, ends) = await Fill(files, entries: 2);
        var watermark = ends[1] + 700;
        var options = Options(files) with { FirstPosition = watermark };
        var after = JournalFixture.NewId();
        await using (var journal = Ledger.Journal.Journal.Open(options))
        {
            journal.Opening.SkippedPositions.ShouldBe(700);
            journal.TailPosition.ShouldBe(watermark);
            await journal.AppendAsync(JournalFixture.Settlement(after), Ct);
            Ids(JournalFixture.ReadAll(journal, watermark)).ShouldBe([after]);
            Ids(JournalFixture.ReadAll(journal, ends[1] + 100)).ShouldBe([after]);
        }

        await using var reopened = await Open(files);
        Ids(JournalFixture.ReadAll(reopened)).ShouldBe([.. ids, after]);
        reopened.Opening.SkippedPositions.ShouldBe(0);
    }

    [Fact]
    public async Task A_second_opening_of_the_same_directory_is_refused_and_possible_once_the_first_ends()
    {
        await using (Ledger.Journal.Journal.Open(_fixture.Options))
        {
            var error = Should.Throw<JournalLockedException>(() => Ledger.Journal.Journal.Open(_fixture.Options));
            error.Message.ShouldContain(_fixture.Directory);
            error.Message.ShouldContain("in use by another process");
        }

        await using var again = Ledger.Journal.Journal.Open(_fixture.Options);
    }

    [Fact]
    public async Task An_opening_that_fails_gives_the_lock_back()
    {
        await using (var journal = Ledger.Journal.Journal.Open(_fixture.Options))
        {
            await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
        }

        var path = _fixture.SegmentPaths().ShouldHaveSingleItem();
        var whole = await File.ReadAllBytesAsync(path, Ct);
        await File.WriteAllBytesAsync(path, Flipped(whole, 0, bit: 0), Ct);
        Should.Throw<JournalCorruptException>(() => Ledger.Journal.Journal.Open(_fixture.Options));
        await File.WriteAllBytesAsync(path, whole, Ct);
        await using var opened = Ledger.Journal.Journal.Open(_fixture.Options);
        opened.Opening.Entries.ShouldBe(1);
    }

    [Fact]
    public void Options_that_cannot_be_are_refused_by_name()
    {
        Should.Throw<ArgumentException>(() => Ledger.Journal.Journal.Open(_fixture.Options with { QueueEntriesMax = 0 }))
            .Message.ShouldContain("QueueEntriesMax");
        Should.Throw<ArgumentException>(() => Ledger.Journal.Journal.Open(_fixture.Options with { SegmentBytes = 1 }))
            .Message.ShouldContain("SegmentBytes");
    }

    public void Dispose() => _fixture.Dispose();

    private static JournalOptions Options(SimulatedFiles files) => new() { Directory = "journal", Files = files };

    private static Task<Ledger.Journal.Journal> Open(SimulatedFiles files) =>
        Task.FromResult(Ledger.Journal.Journal.Open(Options(files)));

    private static IEnumerable<Guid> Ids(IEnumerable<JournalEntry> entries) =>
        entries.Cast<Settled>().Select(static settled => settled.Call.Id);

    /// <summary>How much is said to be cut off: zeros at the end of a file are no loss.</summary>
    private static long Told(byte[] bytes, long from) => bytes.AsSpan((int)from).LastIndexOfAnyExcept((byte)0) + 1;

    private static byte[] Flipped(byte[] bytes, long at, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[at] ^= (byte)(1 << bit);
        return flipped;
    }

    private static async Task<(Guid[] Ids, long[] Ends)> Fill(
        SimulatedFiles files, int entries, int segmentBytes = 64 << 20)
    {
        var ids = Enumerable.Range(0, entries).Select(static _ => JournalFixture.NewId()).ToArray();
        var ends = new long[entries];
        await using var journal = Ledger.Journal.Journal.Open(Options(files) with { SegmentBytes = segmentBytes });
        for (var i = 0; i < entries; i++)
        {
            ends[i] = await journal.AppendAsync(JournalFixture.Settlement(ids[i]), Ct);
        }

        return (ids, ends);
    }

    private static async Task ShouldHoldAfterCutting(SimulatedFiles files, Guid[] ids, long cutBytes)
    {
        var added = JournalFixture.NewId();
        await using (var journal = await Open(files))
        {
            journal.Opening.CutBytes.ShouldBe(cutBytes);
            Ids(JournalFixture.ReadAll(journal)).ShouldBe(ids);
            await journal.AppendAsync(JournalFixture.Settlement(added), Ct);
        }

        await using var again = await Open(files);
        again.Opening.CutBytes.ShouldBe(0);
        Ids(JournalFixture.ReadAll(again)).ShouldBe([.. ids, added]);
    }
}
