namespace Assay.Signals.Early;

/// <summary>When early evidence is worth telling. One set for everything, <see cref="Standard"/>; docs/signals.md gives reasons.</summary>
public sealed record EarlySettings
{
    /// <summary>The numbers in use.</summary>
    public static EarlySettings Standard { get; } = new();

    /// <summary>So many alarms a day each test may raise by chance, in all that is watched: this sets how much evidence is enough.</summary>
    public double ChanceAlarmsPerDay { get; init; } = 0.5;

    /// <summary>What a cause that ends only when somebody ends it must cost in a day, in dollars: a broken cache, a wrong model.</summary>
    public double ImpactUsdPerDay { get; init; } = 50;

    /// <summary>What an unusual pace must spend in an hour if it goes on, in dollars.</summary>
    public double ImpactUsdPerHour { get; init; } = 75;

    /// <summary>What a cache keeps is surely still there after so many seconds: the shortest lifetime that providers state, less a minute.</summary>
    public int WarmSeconds { get; init; } = 240;

    /// <summary>Prompts of fewer tokens are not worth a cache.</summary>
    public int CacheableTokens { get; init; } = 4096;

    /// <summary>From which part of people on it is common to have conversations that never use a cache.</summary>
    public double SilentPeople { get; init; } = 0.1;

    /// <summary>Which part of the calls of a cause still look as usual.</summary>
    public double StillUsual { get; init; } = 0.05;

    /// <summary>How often something may usually happen, for its happening all the time to be a change.</summary>
    public double RateMax { get; init; } = 0.25;

    /// <summary>How many calls of somebody weigh as much as what is usual in the company.</summary>
    public double PriorCalls { get; init; } = 50;

    /// <summary>After so many calls half of what was learned of somebody is forgotten.</summary>
    public double KeptCalls { get; init; } = 4000;

    /// <summary>How much a call under an alarm teaches, compared with any other: what is told is hardly learned.</summary>
    public double ToldWeight { get; init; } = 0.1;

    /// <summary>How many times the highest usual pace is looked for.</summary>
    public double PaceRatio { get; init; } = 3;

    /// <summary>How many times as high the usual pace may become in an hour.</summary>
    public double PaceGrowth { get; init; } = 10;

    /// <summary>How many times the usual price the other model's tokens must have.</summary>
    public double DearerModel { get; init; } = 1.3;
}
