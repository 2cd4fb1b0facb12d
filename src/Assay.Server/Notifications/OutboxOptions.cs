namespace Assay.Server.Notifications;

/// <summary>How patient the outbox is.</summary>
internal sealed record OutboxOptions
{
    /// <summary>How long at most until a row of another node is noticed, and until a store that was down is asked again.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Sent at the same time.</summary>
    public int AtOnceMax { get; init; } = 8;

    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// For how long a row is nobody else's. Longer than a send takes, by so much that clocks of nodes may differ: who
    /// comes too late sends a second time.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The wait after the first failure; three times as long after each further one.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan RetryMax { get; init; } = TimeSpan.FromHours(8);

    /// <summary>With the waits above, the last attempt is made about a day after the first.</summary>
    public int AttemptsMax { get; init; } = 11;

    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The wait before the attempt after this one, less or more a fifth: those who failed together part.</summary>
    public TimeSpan RetryAfter(int attempts, Random random)
    {
        var full = Math.Min(RetryMax.TotalSeconds, RetryFirst.TotalSeconds * Math.Pow(3, attempts - 1));

        // Two that fail at the same moment come from two threads, and a generator that both are in gives them the same.
        lock (random)
        {
            return TimeSpan.FromSeconds(full * (0.8 + (0.4 * random.NextDouble())));
        }
    }
}
