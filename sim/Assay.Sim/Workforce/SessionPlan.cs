namespace Assay.Sim.Workforce;

/// <summary>How one conversation goes.</summary>
internal sealed record SessionPlan
{
    public required long StartMs { get; init; }

    public required int Calls { get; init; }

    public long EndMs { get; init; } = long.MaxValue;

    /// <summary>The part of calls that a human writes, after the first.</summary>
    public double HumanShare { get; init; } = 0.15;

    /// <summary>Multiplies how long the agent takes between calls.</summary>
    public double GapScale { get; init; } = 1;

    /// <summary>Seconds that a human takes at most.</summary>
    public double HumanGapMax { get; init; } = 3600;

    public double NewScale { get; init; } = 1;

    public double OutputScale { get; init; } = 1;

    /// <summary>Fixed sizes instead of measured ones; 0 for measured.</summary>
    public int NewTokens { get; init; }

    public int FirstTokens { get; init; }

    public int OutputTokens { get; init; }

    /// <summary>The part of calls whose prompt begins differently, so that the cache cannot help.</summary>
    public double CacheMiss { get; init; }

    /// <summary>How many different asks there are; 0 for a new one each time.</summary>
    public int AskTopics { get; init; }

    /// <summary>Asks come from here on, when they are few.</summary>
    public ulong TopicSeed { get; init; }

    /// <summary>How much an ask differs from others on its topic.</summary>
    public double AskChanged { get; init; }

    /// <summary>The part of human turns that are a word or two, as in "go on".</summary>
    public double ShortAsks { get; init; } = 0.4;

    /// <summary>The part of tool results that have been seen before.</summary>
    public double ToolRepeats { get; init; } = 0.12;

    public double ToolChanged { get; init; }

    public int Work { get; init; }

    public bool IsAgent { get; init; }

    public int Model { get; init; } = -1;

    public int UseCase { get; init; } = -1;

    public bool IsGaming { get; init; }

    public int Incident { get; init; }

    /// <summary>The chance that something comes of it.</summary>
    public double Outcome { get; init; }
}
