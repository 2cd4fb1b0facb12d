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
}
