using Assay.Ledger.Money;
using Assay.Outcomes.Experiments;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;

namespace Assay.Server.Api;

/// <summary>An experiment as it was declared.</summary>
/// <param name="Phase">planned, running, settling (over, but what was accepted can still be taken back), done or stopped.</param>
/// <param name="Units">Names of units; of teams only those that the reader may see.</param>
/// <param name="UnitCount">How many there are.</param>
/// <param name="JudgedAt">When it can be judged; nothing of its arms is told before.</param>
internal sealed record ExperimentView(
    string Id,
    string Question,
    string Route,
    string UseCase,
    string Unit,
    IReadOnlyList<string> Units,
    int UnitCount,
    IReadOnlyList<string> Control,
    IReadOnlyList<string> Treatment,
    string Design,
    string Start,
    string End,
    string JudgedAt,
    int PeriodHours,
    int Periods,
    int? Waves,
    string Metric,
    double WorthFinding,
    string Owner,
    string Phase,
    string? StoppedAt,
    string? StopReason)
{
    public static ExperimentView Of(Experiment experiment, Caller caller, DirectorySnapshot directory, long nowMs) => new(
        experiment.Id,
        experiment.Question,
        experiment.Route,
        experiment.UseCase,
        ExperimentWords.Word(ExperimentWords.Units, experiment.Unit),
        VisibleUnits(experiment, caller),
        experiment.Units.Count,
        experiment.Control,
        experiment.Treatment,
        ExperimentWords.Word(ExperimentWords.Designs, experiment.Design),
        Rfc3339.FormatMs(experiment.StartMs),
        Rfc3339.FormatMs(experiment.EndMs),
        Rfc3339.FormatMs(experiment.JudgedMs),
        experiment.PeriodHours,
        experiment.Periods,
        experiment.Design == ExperimentDesign.Staggered ? experiment.Waves : null,
        ExperimentWords.Word(ExperimentWords.Metrics, experiment.Metric),
        experiment.WorthFinding,
        directory.FindPerson(experiment.OwnerId)?.Email ?? experiment.OwnerId,
        RequestView.Camel(experiment.PhaseAt(nowMs)),
        experiment.StoppedMs is { } stopped ? Rfc3339.FormatMs(stopped) : null,
        experiment.StoppedMs is null ? null : experiment.StopReason);

    /// <summary>The units whose names somebody may see.</summary>
    public static IReadOnlyList<string> VisibleUnits(Experiment experiment, Caller caller) =>
        caller.Rules.SeesCompany ? experiment.Units
        : experiment.Unit == ExperimentUnit.Team ? [.. experiment.Units.Where(caller.Rules.CanSeeTeam)]
        : [];
}

internal sealed record ExperimentList(IReadOnlyList<ExperimentView> Experiments);

/// <summary>The sums of one arm.</summary>
/// <param name="UnitPeriods">Units times periods that were assigned to it.</param>
internal sealed record ExperimentArmView(int UnitPeriods, string SpendUsd, long Settled, long Finished)
{
    public static ExperimentArmView Of(ArmSums sums) => new(sums.Cells, new NanoUsd(sums.Nanos).ToString(), sums.Settled, sums.Finished);
}

/// <summary>An experiment and what it showed; findings are null until it can be judged.</summary>
internal sealed record ExperimentDetail(ExperimentView Experiment, ExperimentFindingsView? Findings);

/// <summary>What an experiment showed, by what was assigned.</summary>
/// <param name="Units">Units with a figure wherever one is needed.</param>
/// <param name="UnitsNeeded">Fewer than these say nothing.</param>
/// <param name="Effect">The treated less the untreated, in the metric's unit; null where there is not enough data.</param>
/// <param name="Low">The lower end of its 90 % interval.</param>
/// <param name="Probability">How unlikely an effect at least so large, either way, is if there is none.</param>
/// <param name="UnitsForWorthFinding">How many units it would take to find the least difference worth finding, 80 times of 100.</param>
/// <param name="RoutedCalls">Calls that the experiment sent.</param>
/// <param name="StrayCalls">Those of them whose arm is not the one that was drawn.</param>
internal sealed record ExperimentFindingsView(
    int Units,
    int UnitsNeeded,
    double? Effect,
    double? Low,
    double? High,
    double? Probability,
    int? UnitsForWorthFinding,
    ExperimentArmView Control,
    ExperimentArmView Treatment,
    long RoutedCalls,
    long StrayCalls,
    int Provisional)
{
    public static ExperimentFindingsView Of(ExperimentFindings found) => new(
        found.Result.Units,
        found.Result.Needed,
        found.Result.Effect,
        found.Result.Interval?.Low,
        found.Result.Interval?.High,
        found.Result.Probability,
        found.UnitsFor,
        ExperimentArmView.Of(found.Control),
        ExperimentArmView.Of(found.Treatment),
        found.Routed,
        found.Strays,
        found.Provisional);
}
