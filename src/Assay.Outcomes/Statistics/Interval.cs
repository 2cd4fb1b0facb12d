using System.Runtime.InteropServices;

namespace Assay.Outcomes.Statistics;

/// <summary>Where a figure may lie, given what was seen.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether a value lies within, ends included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Whether two intervals have a value in common.</summary>
    public bool Overlaps(Interval other) => Low <= other.High && other.Low <= High;
}
