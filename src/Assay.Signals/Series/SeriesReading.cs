using System.Runtime.InteropServices;

namespace Assay.Signals.Series;

/// <summary>What in a series is unusual.</summary>
public enum Unusual
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The level of now is far from the usual one.</summary>
    Level,

    /// <summary>The level of now is far from the usual one as a ratio.</summary>
    Ratio,

    /// <summary>The level of now is far from what this hour and day usually bring.</summary>
    Season,

    /// <summary>A single value is far from all that is usual.</summary>
    Point,
}

/// <summary>What one observation says.</summary>
/// <param name="Score">Weighted standard deviations from the usual; 0 or more.</param>
/// <param name="What">What is furthest from the usual.</param>
/// <param name="IsAlert">Whether the score reached the threshold and the series was not keeping still.</param>
/// <param name="Expected">The value that was to be expected at this hour and day.</param>
/// <param name="High">What about 19 of 20 values stay below.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SeriesReading(double Score, Unusual What, bool IsAlert, double Expected, double High);
