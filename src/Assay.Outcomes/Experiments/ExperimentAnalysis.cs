using System.Runtime.InteropServices;
using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Experiments;

/// <summary>What an experiment is judged by; declared before it begins.</summary>
public enum ExperimentMetric
{
    /// <summary>The part of finished outcomes that settled, in percentage points.</summary>
    SettledRate,

    /// <summary>US dollars of all spend for each settled outcome.</summary>
    CostPerSettled,

    /// <summary>Settled outcomes of a unit in a period.</summary>
    Settled,

    /// <summary>US dollars of a unit in a period.</summary>
    Spend,
}

/// <summary>What came of one unit in one period.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Period">The period, from 0.</param>
/// <param name="Nanos">All it spent, in nano-dollars.</param>
/// <param name="Settled">Outcomes that settled.</param>
/// <param name="Finished">Outcomes that are finished: settled, taken back or given up.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ExperimentCell(string Unit, int Period, long Nanos, long Settled, long Finished);

/// <summary>The sums of one arm, over all units and periods that were assigned to it.</summary>
/// <param name="Cells">Units times periods.</param>
/// <param name="Nanos">What they spent.</param>
/// <param name="Settled">Outcomes that settled.</param>
/// <param name="Finished">Outcomes that are finished.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ArmSums(int Cells, long Nanos, long Settled, long Finished);

/// <summary>
/// Judges an experiment by what was assigned, whether or not every call went there: what was chosen by lot is compared with
/// what was not, and nothing else is.
/// </summary>
public static class ExperimentAnalysis
{
    private static readonly bool[] s_both = [false, true];

    /// <summary>The effect of the treatment on the metric.</summary>
    /// <param name="calendar">Who was treated when.</param>
    /// <param name="metric">What is compared.</param>
    /// <param name="cells">What came of units; a unit and period without a cell spent and finished nothing.</param>
    /// <param name="draws">Where to draw from.</param>
    public static ExperimentResult Of(ExperimentCalendar calendar, ExperimentMetric metric, IEnumerable<ExperimentCell> cells, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var table = Table(calendar, cells);
        if (calendar.Design == ExperimentDesign.Staggered)
        {
            return StaggeredRollOut.Analyse(
                calendar.Units.SelectMany(unit => Enumerable.Range(0, calendar.Periods).Select(period => (unit, period)))
                    .Select(at => (at.unit, at.period, Value: Value(metric, [table.GetValueOrDefault((at.unit, at.period))])))
                    .Where(at => at.Value is not null).Select(at => new UnitPeriod(at.unit, at.period, at.Value!.Value)),
                calendar.BeginsAt,
                draws);
        }

        // Ratios of few outcomes are rough: each unit's periods are put together, the treated and the others.
        return Switchback.Analyse(
            calendar.Units.SelectMany(unit => s_both.Select(treated => (unit, treated)))
                .Select(at => (at.unit, at.treated, Value: Value(metric, Periods(at.unit, at.treated))))
                .Where(at => at.Value is not null).Select(at => new UnitPeriod(at.unit, at.treated ? 1 : 0, at.Value!.Value)),
            (_, period) => period == 1,
            draws);

        IReadOnlyList<ExperimentCell> Periods(string unit, bool treated) =>
        [
            .. Enumerable.Range(0, calendar.Periods).Where(period => calendar.IsTreated(unit, period) == treated)
                .Select(period => table.GetValueOrDefault((unit, period))),
        ];
    }

    /// <summary>The sums of both arms.</summary>
    public static (ArmSums Control, ArmSums Treatment) Arms(ExperimentCalendar calendar, IEnumerable<ExperimentCell> cells)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var table = Table(calendar, cells);
        return (Sum(false), Sum(true));

        ArmSums Sum(bool treated)
        {
            var sums = default(ArmSums);
            foreach (var unit in calendar.Units)
            {
                for (var period = 0; period < calendar.Periods; period++)
                {
                    if (calendar.IsTreated(unit, period) == treated)
                    {
                        var cell = table.GetValueOrDefault((unit, period));
                        sums = new ArmSums(sums.Cells + 1, sums.Nanos + cell.Nanos, sums.Settled + cell.Settled, sums.Finished + cell.Finished);
                    }
                }
            }

            return sums;
        }
    }

    private static Dictionary<(string Unit, int Period), ExperimentCell> Table(ExperimentCalendar calendar, IEnumerable<ExperimentCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var table = new Dictionary<(string Unit, int Period), ExperimentCell>();
        foreach (var cell in cells.Where(c => c.Period >= 0 && c.Period < calendar.Periods))
        {
            var sum = table.GetValueOrDefault((cell.Unit, cell.Period));
            table[(cell.Unit, cell.Period)] = new ExperimentCell(
                cell.Unit, cell.Period, sum.Nanos + cell.Nanos, sum.Settled + cell.Settled, sum.Finished + cell.Finished);
        }

        return table;
    }

    private static double? Value(ExperimentMetric metric, IReadOnlyList<ExperimentCell> cells)
    {
        if (cells.Count == 0)
        {
            return null;
        }

        var (dollars, settled, finished) = (cells.Sum(c => c.Nanos) / 1e9, cells.Sum(c => c.Settled), cells.Sum(c => c.Finished));
        return metric switch
        {
            ExperimentMetric.SettledRate => finished == 0 ? null : 100.0 * settled / finished,
            ExperimentMetric.CostPerSettled => settled == 0 ? null : dollars / settled,
            ExperimentMetric.Settled => settled / (double)cells.Count,
            _ => dollars / cells.Count,
        };
    }
}
