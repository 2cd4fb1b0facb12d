using System.Buffers.Binary;
using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;

namespace Assay.Bench.Exports;

/// <summary>
/// Calls of a large company in the order of time, as coding agents make them: each person has a session for each quarter of a
/// day, every third person's first session of a day ends in a change. Names are made once, since there are millions of calls.
/// </summary>
internal sealed class RowEvents(long startMs, int people, int days)
{
    public const string Repo = "acme/monolith";
    private const long DayMs = 86_400_000;
    private const long SessionMs = DayMs / 4;

    private readonly Random _random = new(1);
    private readonly string[] _persons = Names(people, "p_0198c1f0-0000-7000-8000-");
    private readonly string[] _keys = Names(people, "k_0198c1f0-0000-7000-8000-");
    private readonly string[] _teams = [.. Enumerable.Range(0, 50).Select(i => $"team-{i}")];
    private readonly string[] _sessions = new string[people];
    private long _block = -1;
    private ulong _number;

    /// <summary>All that was spent so far.</summary>
    public long Nanos { get; private set; }

    public UsageEvent Next(long atMs)
    {
        if ((atMs - startMs) / SessionMs is var block && block != _block)
        {
            _block = block;
            for (var i = 0; i < people; i++)
            {
                _sessions[i] = Session(i, block);
            }
        }

        var person = _random.Next(people);
        var cost = _random.Next(100_000_000);
        Nanos += cost;
        var id = Id(atMs, _number++);
        return new UsageEvent
        {
            Id = id,
            RequestId = id,
            StartedAtMs = atMs,
            DurationMs = _random.Next(100_000),
            FirstByteMs = _random.Next(5_000),
            KeyId = _keys[person],
            PersonId = _persons[person],
            TeamId = _teams[person % _teams.Length],
            UseCase = person % 3 == 0 ? "code-review" : "coding",
            Session = _sessions[person],
            Client = "claude-code",
            Operation = "anthropic/messages",
            RequestedModel = "claude-sonnet-5",
            Provider = "anthropic",
            Model = _random.Next(4) == 0 ? "claude-haiku-4-5" : "claude-sonnet-5",
            Status = 200,
            Marks = UsageMarks.Streamed,
            Counts = new UsageCounts
            {
                [UsageClass.Input] = _random.Next(5_000),
                [UsageClass.CacheRead] = _random.Next(100_000),
                [UsageClass.CacheWrite5m] = _random.Next(10_000),
                [UsageClass.Output] = _random.Next(3_000),
                [UsageClass.Request] = 1,
            },
            Cost = new NanoUsd(cost),
            Reserved = new NanoUsd(2 * cost),
            PriceVersion = "2026-08-21+3f2a",
        };
    }

    /// <summary>The changes of one day, each with the commit that its session made.</summary>
    public (IReadOnlyList<OutcomeReport> Changes, IReadOnlyList<Anchor> Anchors) ChangesOf(int day)
    {
        var (changes, anchors) = (new List<OutcomeReport>(), new List<Anchor>());
        for (var i = day % 3; i < people; i += 3)
        {
            var (sha, at) = ($"{(day * 1_000_000L) + i:x40}", startMs + (day * DayMs) + SessionMs);
            changes.Add(new OutcomeReport
            {
                Kind = OutcomeKind.Change,
                Source = OutcomeWords.GitHub,
                Ref = string.Create(CultureInfo.InvariantCulture, $"{Repo}#{(day * people) + i}"),
                FactsMs = at,
                Title = "A change",
                Repo = Repo,
                Branch = string.Create(CultureInfo.InvariantCulture, $"change-{(day * people) + i}"),
                PersonId = _persons[i],
                TeamId = _teams[i % _teams.Length],
                LinesAdded = 10 + (i % 200),
                Commits = [sha],
                Steps = [new(OutcomeEvent.Proposed, at), new(i % 10 == 0 ? OutcomeEvent.Abandoned : OutcomeEvent.Accepted, at + (DayMs / 4))],
            });
            anchors.Add(new Anchor(Session(i, day * 4L), Repo, sha, at, _persons[i], "otel", 10 + (i % 200)));
        }

        return (changes, anchors);
    }

    public int Days => days;

    private static string[] Names(int count, string prefix) =>
        [.. Enumerable.Range(0, count).Select(i => prefix + i.ToString("000000000000", CultureInfo.InvariantCulture))];

    // As random as the ids of real sessions, so that the index of sessions grows everywhere.
    private static string Session(int person, long block)
    {
        var mixed = (((ulong)block * 1_000_003) + (ulong)person + 1) * 0x9E37_79B9_7F4A_7C15;
        return string.Create(CultureInfo.InvariantCulture, $"{mixed >> 32:x8}-{(mixed >> 16) & 0xffff:x4}-4000-8000-{person:x12}");
    }

    // A UUIDv7 that derives from the time and a count.
    private static Guid Id(long ms, ulong number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)ms << 16) | 0x7000);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], number | 0x8000_0000_0000_0000);
        return new Guid(bytes, bigEndian: true);
    }
}
