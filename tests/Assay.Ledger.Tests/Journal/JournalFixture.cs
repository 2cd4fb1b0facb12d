using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Journal;

/// <summary>A directory of its own for one test, and entries to put in it.</summary>
internal sealed class JournalFixture : IDisposable
{
    private static long s_lastId;

    public JournalFixture() => Directory = System.IO.Directory.CreateTempSubdirectory("assay-journal-").FullName;

    public string Directory { get; }

    public JournalOptions Options => new() { Directory = Directory };

    public static Guid NewId() => new(1, 2, 3, BitConverter.GetBytes(Interlocked.Increment(ref s_lastId)));

    public static UsageEvent Call(Guid id, string session = "s-1") => new()
    {
        Id = id,
        RequestId = id,
        StartedAtMs = 1_790_000_000_000,
        DurationMs = 1234,
        FirstByteMs = 321,
        KeyId = "k_0197a1",
        PersonId = "p_0197a1",
        TeamId = "platform",
        UseCase = "coding",
        Session = session,
        WorkRef = "ASSAY-7",
        Client = "claude-code",
        Operation = "anthropic/messages",
        RequestedModel = "claude-sonnet-5",
        Provider = "anthropic",
        Model = "claude-sonnet-5",
        Status = 200,
        Marks = UsageMarks.Streamed,
        Counts = new UsageCounts { [UsageClass.Input] = 1200, [UsageClass.CacheRead] = 56_000, [UsageClass.Output] = 900 },
        Cost = new NanoUsd(38_100_000),
        Reserved = new NanoUsd(50_000_000),
        PriceVersion = "2026-08-21+3f2a",
    };

    public static Reserved Reservation(Guid id) =>
        new(Call(id), 1_790_000_600_000, ["org:month", "team:platform:month"]);

    public static Settled Settlement(Guid id, string session = "s-1") => new(Call(id, session));

    public static IReadOnlyList<JournalEntry> ReadAll(Ledger.Journal.Journal journal, long from = 0)
    {
        using var reader = journal.Read(from);
        var entries = new List<JournalEntry>();
        while (reader.TryRead(out var entry, out _))
        {
            entries.Add(entry);
        }

        return entries;
    }

    public string[] SegmentPaths() => [.. System.IO.Directory.GetFiles(Directory, "*.journal").Order(StringComparer.Ordinal)];

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
