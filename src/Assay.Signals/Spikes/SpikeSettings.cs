namespace Assay.Signals.Spikes;

/// <summary>When a rise of spend is worth telling. One set for everything, <see cref="Standard"/>; docs/signals.md gives reasons.</summary>
public sealed record SpikeSettings
{
    /// <summary>The numbers in use.</summary>
    public static SpikeSettings Standard { get; } = new();

    /// <summary>The horizons over which spend is summed, in seconds: a minute, ten minutes, an hour.</summary>
    public IReadOnlyList<double> HorizonSeconds { get; init; } = [60, 600, 3600];

    /// <summary>What must be spent beyond the usual within each horizon, in dollars.</summary>
    public IReadOnlyList<double> ImpactUsd { get; init; } = [3, 12, 50];

    /// <summary>How many times the highest usual sum it must be, for each horizon.</summary>
    public IReadOnlyList<double> Ratio { get; init; } = [1.5, 2, 2];

    /// <summary>How many times the usual price of a token a team, a use or a model must pay over an hour.</summary>
    public double UnitRatio { get; init; } = 1.8;

    /// <summary>How many standard deviations of its hours that must be.</summary>
    public double UnitDeviations { get; init; } = 4;

    /// <summary>What the higher price must have cost, in dollars.</summary>
    public double UnitImpactUsd { get; init; } = 50;

    /// <summary>In how many days half of a peak is forgotten.</summary>
    public double PeakHalfLifeDays { get; init; } = 21;

    /// <summary>How much higher a peak may become in an hour, as a ratio: what is far higher is told, not learned.</summary>
    public double PeakGrowth { get; init; } = 1.5;

    /// <summary>Above which part of its peers a newcomer may be without being told of.</summary>
    public double PeerQuantile { get; init; } = 0.995;

    /// <summary>For how long after its last sign an incident takes up what belongs to it, in minutes.</summary>
    public int QuietMinutes { get; init; } = 180;

    /// <summary>For how many days a cause that was told is only listed, unless it is three times as large.</summary>
    public int CoolDownDays { get; init; } = 3;

    /// <summary>The part of a rise that must come from one cause for it to be the cause.</summary>
    public double CauseShare { get; init; } = 0.6;

    /// <summary>So many incidents a day are alerted; further ones are only listed, unless they are larger.</summary>
    public int AlertsPerDay { get; init; } = 3;
}
