using System.Runtime.InteropServices;

namespace Assay.Outcomes.Goodhart;

/// <summary>What one unit (a person, a team) shows on one day.</summary>
/// <param name="Unit">The unit; the cluster that is drawn.</param>
/// <param name="Day">The day, counted from any day.</param>
/// <param name="Proxy">The metric that is a target.</param>
/// <param name="Gold">What it stands for, and nobody is paid on.</param>
public readonly record struct MetricDay(string Unit, long Day, double Proxy, double Gold);

/// <summary>The size of one thing that the metric counts: the lines of a merged change, the tokens of a session.</summary>
/// <param name="Unit">Whose.</param>
/// <param name="Day">The day.</param>
/// <param name="Size">The size.</param>
public readonly record struct ItemSeen(string Unit, long Day, double Size);

/// <summary>What somebody who did not know whose it was thought of one sampled outcome.</summary>
/// <param name="Day">The day of the outcome, not of the rating.</param>
/// <param name="Score">The score; more is better.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RatingSeen(long Day, double Score);

/// <summary>All that an audit looks at.</summary>
public sealed record AuditInput
{
    /// <summary>The day on which the metric became a target.</summary>
    public required long TargetDay { get; init; }

    /// <summary>The last whole day that is known.</summary>
    public required long LastDay { get; init; }

    /// <summary>The metric and its gold by unit and day; days with nothing of either may be left out.</summary>
    public required IReadOnlyList<MetricDay> Days { get; init; }

    /// <summary>What the metric counts, by size; may be empty.</summary>
    public IReadOnlyList<ItemSeen> Items { get; init; } = [];

    /// <summary>Blind ratings; may be empty.</summary>
    public IReadOnlyList<RatingSeen> Ratings { get; init; } = [];

    /// <summary>A value of a unit's day on which something hangs; null for none.</summary>
    public double? Threshold { get; init; }

    /// <summary>How wide a bin around the threshold is.</summary>
    public double ThresholdWidth { get; init; }
}

/// <summary>How an audit looks.</summary>
public sealed record AuditSettings
{
    /// <summary>How many days before the target are compared with.</summary>
    public int BaselineDays { get; init; } = 28;

    /// <summary>How many of the last days are looked at, at most; whole weeks, since weekends differ.</summary>
    public int WindowDays { get; init; } = 28;

    /// <summary>How often the first look may alarm where nothing changed.</summary>
    public double AlphaFirst { get; init; } = 0.015;

    /// <summary>How often the second may: by then most of those who will have begun to work for a target, and two weeks are known.</summary>
    public double AlphaSecond { get; init; } = 0.025;

    /// <summary>How often a later look may.</summary>
    public double AlphaLate { get; init; } = 0.005;

    /// <summary>How often intervals contain the truth.</summary>
    public double Confidence { get; init; } = 0.9;

    /// <summary>How often to draw.</summary>
    public int Resamples { get; init; } = 1499;

    /// <summary>Below so many units nothing is said.</summary>
    public int UnitsMin { get; init; } = 10;

    /// <summary>Below so many ratings before and after nothing is said of them.</summary>
    public int RatingsMin { get; init; } = 10;

    /// <summary>What is drawn derives from it.</summary>
    public ulong Seed { get; init; } = 1;
}
