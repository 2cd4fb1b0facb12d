using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Bench.Restart;

/// <summary>Calls of two thousand people in forty teams, each held on six budgets.</summary>
internal static class Samples
{
    public const long NowMs = 1_795_000_000_000;

    private static readonly string[] s_people = [.. Enumerable.Range(0, 2000).Select(i => $"person-{i:x4}")];
    private static readonly string[] s_teams = [.. Enumerable.Range(0, 40).Select(i => $"team-{i:x2}")];
    private static readonly string[][] s_accounts = [.. Enumerable.Range(0, 2000).Select(i => (string[])
        [$"budget-person-{i}@2026-11", $"budget-key-{i}@2026-11-22", $"budget-team-{i % 40}@2026-11", "budget-org@2026-11", "budget-coding@2026-11", "budget-gpt@2026-11"])];

    public static (Reserved Reserved, Settled Settled) Call(long i)
    {
        var person = (int)(i * 7919 % 2000);
        var reserved = new UsageEvent
        {
            Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(NowMs + i)),
            RequestId = Guid.Empty,
            StartedAtMs = NowMs + i,
            KeyId = s_people[person],
            PersonId = s_people[person],
            TeamId = s_teams[person % 40],
            UseCase = "coding",
            Session = s_people[person],
            Client = "codex",
            Operation = "openai/responses",
            RequestedModel = "code",
            Provider = "openai",
            Model = "gpt-5.5",
            Counts = new UsageCounts { [UsageClass.Input] = 9_000, [UsageClass.Output] = 2_000, [UsageClass.Request] = 1 },
            Cost = new NanoUsd(30_000_000),
            Reserved = new NanoUsd(30_000_000),
            PriceVersion = "2026-11-01",
        };
        var settled = reserved with
        {
            Status = 200,
            DurationMs = 4_200,
            FirstByteMs = 350,
            Counts = new UsageCounts { [UsageClass.Input] = 1_000, [UsageClass.CacheRead] = 8_000, [UsageClass.Output] = 700, [UsageClass.Request] = 1 },
            Cost = new NanoUsd(11_000_000),
        };
        return (new Reserved(reserved, NowMs + i + 600_000, s_accounts[person]), new Settled(settled, s_accounts[person], 11_000));
    }
}
