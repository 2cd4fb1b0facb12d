namespace Assay.Server.Metering;

/// <summary>How the journal is applied to the store.</summary>
internal sealed record ProjectorOptions
{
    /// <summary>This node's id: its watermark's name. No two processes may share one.</summary>
    public required string Node { get; init; }

    /// <summary>
    /// How long to gather entries after the first. A page is at most so much behind, and the store is asked that seldom: each
    /// transaction takes a core for some milliseconds, which the calls of these milliseconds notice. Default: 300 ms.
    /// </summary>
    public TimeSpan GatherFor { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The most settled attempts in one transaction. Default: 1000.</summary>
    public int BatchAttemptsMax { get; init; } = 1_000;

    /// <summary>The most journal in one transaction. Default: 4 MiB.</summary>
    public long BatchBytesMax { get; init; } = 4 << 20;

    /// <summary>The first wait when the store is down; it doubles. Default: 100 ms.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait when the store is down. Default: 5 s.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop may take to apply what is there. What is not applied stays in the journal. Default: 5 s.</summary>
    public TimeSpan DrainFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often room is made ahead and retention applied. Default: 1 hour.</summary>
    public TimeSpan MaintainEvery { get; init; } = TimeSpan.FromHours(1);
}
