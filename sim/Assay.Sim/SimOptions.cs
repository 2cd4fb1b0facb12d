using Assay.Sim.Script;

namespace Assay.Sim;

/// <summary>Options of the simulated providers.</summary>
public sealed record SimOptions
{
    /// <summary>The seed that every answer derives from, together with the prompt.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The port of the OpenAI format on loopback; 0 for any free one.</summary>
    public int OpenAIPort { get; init; }

    /// <summary>The port of the Anthropic format on loopback; 0 for any free one.</summary>
    public int AnthropicPort { get; init; }

    /// <summary>The port of the Gemini format on loopback; 0 for any free one.</summary>
    public int GeminiPort { get; init; }

    /// <summary>What holds for a call that asks for nothing else.</summary>
    public SimInstructions Defaults { get; init; } = new();

    /// <summary>The key that clients must show; null accepts any key, but refuses a call without one.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The smallest prefix, in tokens, that the simulated prompt caches keep.</summary>
    public int CacheTokensMin { get; init; } = 1024;

    /// <summary>How many ended calls the tally remembers one by one; older ones stay in the totals only.</summary>
    public int CallsKeptMax { get; init; } = 100_000;

    /// <summary>How many calls have their raw bytes kept, for tests that compare bytes; the oldest go first.</summary>
    public int CapturesKeptMax { get; init; }

    /// <summary>How many bytes of each captured body are kept.</summary>
    public int CaptureBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many bytes a request body may have.</summary>
    public long RequestBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>What the simulated clouds (Azure, Bedrock, Vertex) demand.</summary>
    public SimCloudOptions Clouds { get; init; } = new();

    /// <summary>The clock of delays, cache lifetimes and timestamps.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
