using System.Globalization;
using Assay.Outcomes.Experiments;
using Assay.Server.Console.Figures;
using Assay.Server.Outcomes.Experiments;

namespace Assay.Server.Console.Worth.Experiments;

/// <summary>Experiments in words.</summary>
internal static class ExperimentSayings
{
    public static string Phase(ExperimentPhase phase) => phase switch
    {
        ExperimentPhase.Planned => "planned",
        ExperimentPhase.Running => "running",
        ExperimentPhase.Settling => "settling",
        ExperimentPhase.Done => "judged",
        _ => "stopped",
    };

    public static string Design(Experiment experiment)
    {
        var units = $"{experiment.Units.Count} {(experiment.Unit == ExperimentUnit.Team ? "teams" : "repositories")}";
        var period = experiment.PeriodHours % 24 == 0 ? Say.Many(experiment.PeriodHours / 24, "day", "days") : Say.Many(experiment.PeriodHours, "hour", "hours");
        return experiment.Design == ExperimentDesign.Switchback
            ? $"Switchback: {units}, {experiment.Periods} periods of {period}, one of each pair treated"
            : $"Staggered: {units} in {experiment.Waves} waves, {experiment.Periods} periods of {period}";
    }

    public static string Metric(ExperimentMetric metric) => metric switch
    {
        ExperimentMetric.SettledRate => "the settled rate, in percentage points",
        ExperimentMetric.CostPerSettled => "cost per settled outcome",
        ExperimentMetric.Settled => "settled outcomes of a unit in a period",
        _ => "spend of a unit in a period",
    };

    public static string Amount(ExperimentMetric metric, double value) => metric switch
    {
        ExperimentMetric.SettledRate => $"{Digits(value)} points",
        ExperimentMetric.Settled => $"{Digits(value)} outcomes",
        _ => WorthWords.Dollars(value),
    };

    public static string Signed(ExperimentMetric metric, double value) => (value < 0 ? "−" : "+") + Amount(metric, Math.Abs(value));

    public static string Finding(Experiment experiment, ExperimentFindings found)
    {
        var result = found.Result;
        if (result.Effect is not { } effect)
        {
            return $"Not enough data: {Say.Many(result.Units, "unit has", "units have")} a figure wherever one is needed, and {Say.Many(result.Needed, "is", "are")} needed. "
                + "Longer periods or more units would have given it.";
        }

        var gap = experiment.WorthFinding;
        var than = result.Interval is not { } likely ? "Too few lots gave a figure to say how sure it is."
            : likely.Low > 0 || likely.High < 0
                ? Math.Abs(effect) >= gap ? "The interval leaves out zero, and it is as large as was declared worth finding." : "The interval leaves out zero, but it is smaller than was declared worth finding."
                : likely.Low > -gap && likely.High < gap ? "The interval leaves out every effect that was declared worth finding: there is no such effect."
                : $"The interval contains zero and effects worth finding: this experiment cannot tell.{(found.UnitsFor is { } needed && needed > result.Units ? $" With {Say.Count(needed)} units it could have." : "")}";
        var amount = Amount(experiment.Metric, Math.Abs(effect));
        return $"The treated had {amount} {(effect < 0 ? "less" : "more")} than the others. {than}";
    }

    private static string Digits(double value) => value.ToString(value >= 100 ? "#,##0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
