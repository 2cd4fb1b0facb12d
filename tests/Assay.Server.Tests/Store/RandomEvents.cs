using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Server.Tests.Store;

/// <summary>Events as a company might make them, from a seed.</summary>
internal sealed class RandomEvents(int seed)
{
    private readonly Random _random = new(seed);

    public static UsageEvent One(long startedAtMs, string person = "p_ada", long costNanos = 1_000) => new()
    {
        Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(startedAtMs)),
        RequestId = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(startedAtMs)),
        StartedAtMs = startedAtMs,
        PersonId = person,
        TeamId = "platform",
        KeyId = "k_" + person,
        Provider = "openai",
        Model = "gpt-5",
        RequestedModel = "gpt-5",
        Status = 200,
        Counts = new UsageCounts { [UsageClass.Input] = 10, [UsageClass.Output] = 5, [UsageClass.Request] = 1 },
        Cost = new NanoUsd(costNanos),
    };

    public UsageEvent Next(long fromMs, long toMs)
    {
        var startedAtMs = _random.NextInt64(fromMs, toMs);
        var person = Pick("p_ada", "p_bob", "p_cyd", "p_dee", "p_eve");
        var at = DateTimeOffset.FromUnixTimeMilliseconds(startedAtMs);
        var counts = new UsageCounts { [UsageClass.Request] = 1 };
        for (var i = 0; i < 5; i++)
        {
            counts[(UsageClass)_random.Next(UsageCounts.ClassCount - 1)] = _random.Next(100_000);
        }

        return new UsageEvent
        {
            Id = Guid.CreateVersion7(at),
            RequestId = Guid.CreateVersion7(at),
            StartedAtMs = startedAtMs,
            DurationMs = _random.Next(100_000),
            FirstByteMs = _random.Next(-1, 10_000),
            KeyId = $"k_{person}_{_random.Next(2)}",
            PersonId = person,
            AgentId = Pick("", "", "a_bot"),
            TeamId = Pick("platform", "platform-web", "sales", "org"),
            UseCase = Pick("", "code-review", "support-triage", "Übersetzung"),
            Session = Pick("", "s1", "s2", "s3") is { Length: > 0 } session ? $"{session}-{person}" : "",
            WorkRef = Pick("", "PROJ-1"),
            Client = Pick("", "claude-code", "codex"),
            Operation = "openai/chat.completions",
            RequestedModel = Pick("code", "gpt-5", "claude-sonnet-5"),
            Provider = Pick("openai", "anthropic"),
            Model = Pick("gpt-5", "claude-sonnet-5", "o'brien \"model\""),
            ServiceTier = Pick("", "flex"),
            Status = Pick(200, 200, 200, 429, 500, 0),
            Resolution = (Resolution)_random.Next(3),
            Outcome = (CallOutcome)_random.Next(8),
            Marks = (UsageMarks)_random.Next(64),
            Counts = counts,
            Cost = new NanoUsd(_random.Next(5) == 0 ? 0 : _random.NextInt64(1_000_000_000)),
            Reserved = new NanoUsd(_random.NextInt64(1_000_000_000)),
            PriceVersion = "2026-08-21+3f2a",
            Arm = Pick("", "", "larger/control", "larger/treatment"),
        };
    }

    public IReadOnlyList<UsageEvent> Many(int count, DateTimeOffset from, DateTimeOffset to) =>
        [.. Enumerable.Range(0, count).Select(_ => Next(from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds()))];

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
