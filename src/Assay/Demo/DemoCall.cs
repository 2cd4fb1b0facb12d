namespace Assay.Demo;

/// <summary>One call that the demo is about to send.</summary>
/// <param name="Format">As in <c>anthropic</c>, for the counts.</param>
/// <param name="Path">Path and query under Assay's address.</param>
/// <param name="Body">JSON.</param>
/// <param name="KeyHeader">The header that carries the key in this format.</param>
/// <param name="Headers">What the client program sends besides.</param>
/// <param name="Streamed">Whether the answer is a stream.</param>
internal sealed record DemoCall(
    string Format,
    string Path,
    string Body,
    string KeyHeader,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    bool Streamed);

/// <summary>What the demo's clients saw.</summary>
internal sealed record DemoCounts
{
    /// <summary>Calls begun.</summary>
    public long Sent { get; init; }

    /// <summary>Answers with success, read to their end.</summary>
    public long Completed { get; init; }

    /// <summary>Answers with an error status.</summary>
    public long Errors { get; init; }

    /// <summary>Calls whose client left on purpose before the end.</summary>
    public long Left { get; init; }

    /// <summary>Calls that broke: the connection failed or the answer was cut.</summary>
    public long Broken { get; init; }

    /// <summary>Bytes of answers.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Calls begun by format.</summary>
    public IReadOnlyDictionary<string, long> SentByFormat { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);
}

/// <summary>How the demo sends.</summary>
internal sealed record DemoTrafficOptions
{
    public int Seed { get; init; } = 1;

    /// <summary>Calls begun each second, on average over the demo's day.</summary>
    public double CallsPerSecond { get; init; } = 12;

    /// <summary>How many calls to send before stopping by itself.</summary>
    public long CallsMax { get; init; } = long.MaxValue;

    /// <summary>How long a day of the company lasts: mornings are quiet, afternoons busy.</summary>
    public TimeSpan Day { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Calls under way at once.</summary>
    public int UnderWayMax { get; init; } = 64;

    /// <summary>How long calls under way may take to end once the traffic is to stop.</summary>
    public TimeSpan EndingMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether some calls ask the simulator for errors and cuts, and some clients leave.</summary>
    public bool WithTrouble { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
