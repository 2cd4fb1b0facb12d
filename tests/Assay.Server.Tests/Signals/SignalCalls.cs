using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Server.Tests.Signals;

/// <summary>Calls of one person at one ticket in one conversation.</summary>
internal static class SignalCalls
{
    public static UsageEvent At(DateTimeOffset at, long inputTokens, decimal usd)
    {
        var counts = default(UsageCounts);
        counts[UsageClass.Input] = inputTokens;
        return new UsageEvent
        {
            Id = Guid.CreateVersion7(at),
            RequestId = Guid.CreateVersion7(at),
            StartedAtMs = at.ToUnixTimeMilliseconds(),
            DurationMs = 100,
            KeyId = "k_ada",
            PersonId = "p_ada",
            TeamId = "platform",
            UseCase = "coding",
            Session = "s1",
            WorkRef = "JIRA-12",
            Model = "claude-opus",
            Counts = counts,
            Cost = new NanoUsd((long)(usd * NanoUsd.PerDollar)),
        };
    }
}
