using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Bench.Store;

/// <summary>Attempts of coding agents, each in a session.</summary>
internal static class TypicalEvents
{
    public static UsageEvent Next(Random random, long startedAtMs, int people)
    {
        var person = random.Next(people);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(startedAtMs);
        return new UsageEvent
        {
            Id = Guid.CreateVersion7(at),
            RequestId = Guid.CreateVersion7(at),
            StartedAtMs = startedAtMs,
            DurationMs = random.Next(100_000),
            FirstByteMs = random.Next(5_000),
            KeyId = $"k_0198c1f0-0000-7000-8000-{person:000000000000}",
            PersonId = $"p_0198c1f0-0000-7000-8000-{person:000000000000}",
            TeamId = $"team-{person % 50}",
            UseCase = person % 3 == 0 ? "code-review" : "coding",
            Session = $"0198c1f0-0000-7000-8000-{(person * 7L) + random.Next(5):000000000000}",
            Client = "claude-code",
            Operation = "anthropic/messages",
            RequestedModel = "claude-sonnet-5",
            Provider = "anthropic",
            Model = random.Next(4) == 0 ? "claude-haiku-4-5" : "claude-sonnet-5",
            Status = 200,
            Marks = UsageMarks.Streamed,
            Counts = new UsageCounts
            {
                [UsageClass.Input] = random.Next(5_000),
                [UsageClass.CacheRead] = random.Next(100_000),
                [UsageClass.CacheWrite5m] = random.Next(10_000),
                [UsageClass.Output] = random.Next(3_000),
                [UsageClass.Request] = 1,
            },
            Cost = new NanoUsd(random.Next(100_000_000)),
            Reserved = new NanoUsd(random.Next(200_000_000)),
            PriceVersion = "2026-08-21+3f2a",
        };
    }
}
