using Assay.Ledger.Journal;

namespace Assay.Ledger.Tests.Journal;

public sealed class JournalDumpTests : IDisposable
{
    private readonly JournalFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_journal_in_use_is_dumped_record_by_record()
    {
        var ids = Enumerable.Range(0, 20).Select(static _ => JournalFixture.NewId()).ToArray();
        await using var journal = Ledger.Journal.Journal.Open(_fixture.Options with { SegmentBytes = 1000 });
        foreach (var id in ids)
        {
            await journal.AppendAsync(JournalFixture.Settlement(id), Ct);
        }

        var dumped = JournalDump.Read(_fixture.Directory).ToList();

        dumped.ShouldAllBe(static record => record.Problem == null);
        dumped.Select(static record => record.Entry).Cast<Settled>().Select(static settled => settled.Call.Id)
            .ShouldBe(ids);
        dumped.Select(static record => record.File).Distinct().ShouldBe(_fixture.SegmentPaths());
        dumped[0].Offset.ShouldBe(SegmentHeader.Bytes);
        (dumped[^1].Position + dumped[^1].Bytes).ShouldBe(journal.TailPosition);
    }

    [Fact]
    public async Task Damage_is_told_with_its_place_and_the_next_file_is_read()
    {
        await using (var journal = Ledger.Journal.Journal.Open(_fixture.Options with { SegmentBytes = 600 }))
        {
            for (var i = 0; i < 6; i++)
            {
                await journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct);
            }
        }

        var paths = _fixture.SegmentPaths();
        paths.Length.ShouldBe(2);
        var bytes = await File.ReadAllBytesAsync(paths[0], Ct);
        var second = JournalDump.Read(_fixture.Directory).ElementAt(1);
        bytes[second.Offset + 20] ^= 1;
        await File.WriteAllBytesAsync(paths[0], bytes, Ct);

        var dumped = JournalDump.Read(_fixture.Directory).ToList();

        dumped[0].Entry.ShouldNotBeNull();
        dumped[1].Entry.ShouldBeNull();
        dumped[1].Problem.ShouldBe("a record's checksum is wrong.");
        dumped[1].Offset.ShouldBe(second.Offset);
        dumped.Skip(2).ShouldAllBe(record => record.File == paths[1] && record.Problem == null);
    }

    public void Dispose() => _fixture.Dispose();
}
