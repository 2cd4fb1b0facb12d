using System.Text;
using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Experiments;

/// <summary>
/// Who gets what when, from the names alone: whoever asks gets the same answer, nothing is stored, and nobody chooses.
/// </summary>
public static class Assignment
{
    /// <summary>
    /// In a switchback, whether a unit is treated in a period. Periods come in pairs, of which one is treated, so that both
    /// arms are always as long.
    /// </summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="unit">The unit: a team, a repository.</param>
    /// <param name="period">The period, from 0.</param>
    public static bool IsTreated(string experiment, string unit, int period)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(period);
        return (Mix(experiment, unit, period / 2) & 1) == (ulong)(period % 2);
    }

    /// <summary>In a staggered roll-out, the wave in which each unit begins, from 0; waves differ by one unit at most.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="units">All units.</param>
    /// <param name="waves">How many waves.</param>
    public static IReadOnlyDictionary<string, int> Waves(string experiment, IEnumerable<string> units, int waves)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentOutOfRangeException.ThrowIfLessThan(waves, 2);
        return units.Distinct(StringComparer.Ordinal)
            .OrderBy(u => Mix(experiment, u, 0)).ThenBy(u => u, StringComparer.Ordinal)
            .Select((unit, place) => (unit, place))
            .ToDictionary(u => u.unit, u => u.place % waves, StringComparer.Ordinal);
    }

    private static ulong Mix(string experiment, string unit, int block)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(unit);
        var hash = 14695981039346656037UL;
        foreach (var part in Encoding.UTF8.GetBytes($"{experiment.Length}:{experiment}{unit}:{block}"))
        {
            hash = (hash ^ part) * 1099511628211UL;
        }

        return new Draws(hash).Next();
    }
}
