using Assay.Outcomes.Statistics;

namespace Assay.Server.Outcomes.Measures;

/// <summary>What a measure is a measure of.</summary>
internal enum MeasureLabel
{
    /// <summary>That something was done.</summary>
    Activity,

    /// <summary>That people use it.</summary>
    Adoption,

    /// <summary>That something came out of it that the world accepted.</summary>
    WorkProduct,

    /// <summary>That the world is better for it.</summary>
    Outcome,
}

/// <summary>The unit of a measure's value.</summary>
internal enum MeasureUnit
{
    Count,

    /// <summary>From 0 to 1.</summary>
    Share,
    Hours,
    PerWeek,
}

/// <summary>A measure that others steer by, with what it says and what it does not.</summary>
internal sealed record Measure
{
    /// <summary>Its name in the API.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required MeasureLabel Label { get; init; }

    public required MeasureUnit Unit { get; init; }

    /// <summary>Null where there is nothing to compute it from; <see cref="Missing"/> says what to send.</summary>
    public double? Value { get; init; }

    /// <summary>Where it may lie (90 %), for what is a sample.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Of how many it is computed, in words.</summary>
    public string Basis { get; init; } = "";

    /// <summary>What it does not say, and how it is gamed.</summary>
    public required string Weakness { get; init; }

    /// <summary>Why there is no value, and what would give one; empty where there is one.</summary>
    public string Missing { get; init; } = "";
}

/// <summary>What is measured of whom and when.</summary>
/// <param name="Scope">company, teams or own.</param>
internal sealed record MeasureTable(long FromMs, long ToMs, string Scope, IReadOnlyList<Measure> Measures);
