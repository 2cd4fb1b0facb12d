using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Experiments;

/// <summary>What one unit shows in one period.</summary>
/// <param name="Unit">The unit: a team, a repository.</param>
/// <param name="Period">The period, from 0.</param>
/// <param name="Value">The figure: settled outcomes, cost per settled outcome.</param>
public readonly record struct UnitPeriod(string Unit, int Period, double Value);

/// <summary>What an experiment shows.</summary>
/// <param name="Units">How many units have a say in it.</param>
/// <param name="Effect">The treated less the untreated, in the unit of the figure; null when there are not enough.</param>
/// <param name="Interval">Where it may lie.</param>
/// <param name="Probability">How unlikely an effect at least so large, either way, is if there is none.</param>
/// <param name="Needed">How many units there must be at least.</param>
public sealed record ExperimentResult(int Units, double? Effect, Interval? Interval, double? Probability, int Needed)
{
    /// <summary>Whether there is an effect to show.</summary>
    public bool IsEnough => Effect is not null;

    /// <summary>
    /// How many units it would take to find a difference with 80 % power, given how much units differ from each other; null
    /// where that cannot be told.
    /// </summary>
    /// <param name="gap">The least difference worth finding.</param>
    /// <param name="confidence">That of <see cref="Interval"/>.</param>
    public int? UnitsFor(double gap, double confidence = 0.9)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gap);
        if (Interval is not { } likely)
        {
            return null;
        }

        // The error shrinks with the root of the number of units.
        var error = (likely.High - likely.Low) / 2 / StudentT.TwoSided(1 - confidence, Units - 1);
        var ratio = (Normal.TwoSided(0.05) + Normal.Quantile(0.8)) * error / gap;
        return (int)Math.Min(1_000_000, Math.Max(Needed, Math.Ceiling(Units * ratio * ratio)));
    }
}
