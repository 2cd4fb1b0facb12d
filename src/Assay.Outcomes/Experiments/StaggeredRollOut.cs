using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Experiments;

/// <summary>
/// Units begin in waves. Those that have begun are compared with those that have not yet, each with its own period just
/// before (Callaway and Sant'Anna): what changes for all is no effect, and units treated early are never the control.
/// </summary>
public static class StaggeredRollOut
{
    /// <summary>Fewer units say nothing.</summary>
    public const int UnitsMin = 6;

    /// <summary>Analyses a roll-out.</summary>
    /// <param name="seen">The figures by unit and period; a unit with a hole is passed over.</param>
    /// <param name="beginsAt">The first treated period of each unit; above 0.</param>
    /// <param name="draws">Where to draw from.</param>
    /// <param name="confidence">How often the interval contains the truth.</param>
    /// <param name="rounds">How often to draw.</param>
    public static ExperimentResult Analyse(
        IEnumerable<UnitPeriod> seen, IReadOnlyDictionary<string, int> beginsAt, Draws draws, double confidence = 0.9, int rounds = 999)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(beginsAt);
        var series = Series(seen, beginsAt);
        var begins = series.Select(s => s.Begins).ToArray();
        var values = series.Select(s => s.Values).ToArray();
        if (values.Length < UnitsMin || Effect(values, begins) is not { } effect)
        {
            return new ExperimentResult(values.Length, null, null, null, UnitsMin);
        }

        // The waves were drawn by lot; other lots show how large an effect is that is none.
        var (shuffled, asFar, none) = ((int[])begins.Clone(), 1, new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            for (var i = shuffled.Length - 1; i > 0; i--)
            {
                var j = draws.Below(i + 1);
                (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
            }

            if (Effect(values, shuffled) is { } drawn)
            {
                none.Add(drawn);
                asFar += Math.Abs(drawn) >= Math.Abs(effect) - 1e-12 ? 1 : 0;
            }
        }

        return new ExperimentResult(
            values.Length, effect, Bootstrap(values, begins, effect, draws, confidence, rounds), asFar / (none.Count + 1.0), UnitsMin);
    }

    private static List<(int Begins, double[] Values)> Series(IEnumerable<UnitPeriod> seen, IReadOnlyDictionary<string, int> beginsAt)
    {
        var units = seen.GroupBy(s => s.Unit, StringComparer.Ordinal).Where(u => beginsAt.ContainsKey(u.Key))
            .OrderBy(u => u.Key, StringComparer.Ordinal).ToList();
        var periods = units.SelectMany(u => u).Select(s => s.Period + 1).DefaultIfEmpty().Max();
        return
        [
            .. units.Where(u => u.Select(s => s.Period).Distinct().Count() == periods && u.Count() == periods)
                .Select(u => (beginsAt[u.Key], u.OrderBy(s => s.Period).Select(s => s.Value).ToArray())),
        ];
    }

    private static double? Effect(double[][] values, int[] begins)
    {
        var (sum, weight) = (0.0, 0.0);
        var periods = values[0].Length;
        foreach (var wave in begins.Distinct().Where(b => b > 0 && b < periods))
        {
            for (var at = wave; at < periods; at++)
            {
                var (with, without, treated, waiting) = (0.0, 0.0, 0, 0);
                for (var i = 0; i < values.Length; i++)
                {
                    var change = values[i][at] - values[i][wave - 1];
                    if (begins[i] == wave)
                    {
                        (with, treated) = (with + change, treated + 1);
                    }
                    else if (begins[i] > at)
                    {
                        (without, waiting) = (without + change, waiting + 1);
                    }
                }

                if (treated > 0 && waiting > 0)
                {
                    sum += treated * ((with / treated) - (without / waiting));
                    weight += treated;
                }
            }
        }

        return weight > 0 ? sum / weight : null;
    }

    private static Interval? Bootstrap(double[][] values, int[] begins, double effect, Draws draws, double confidence, int rounds)
    {
        var (drawnValues, drawnBegins, effects) = (new double[values.Length][], new int[begins.Length], new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var from = draws.Below(values.Length);
                (drawnValues[i], drawnBegins[i]) = (values[from], begins[from]);
            }

            if (Effect(drawnValues, drawnBegins) is { } drawn)
            {
                effects.Add(drawn);
            }
        }

        if (effects.Count < rounds / 2)
        {
            return null;
        }

        var mean = effects.Average();
        var error = Math.Sqrt(effects.Sum(e => (e - mean) * (e - mean)) / (effects.Count - 1.0));
        var width = StudentT.TwoSided(1 - confidence, values.Length - 1) * error;
        return new Interval(effect - width, effect + width);
    }
}
