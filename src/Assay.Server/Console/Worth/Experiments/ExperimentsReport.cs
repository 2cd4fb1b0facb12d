using System.Globalization;
using Assay.Ledger.Money;
using Assay.Outcomes.Experiments;
using Assay.Outcomes.Statistics;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Outcomes.Experiments;

namespace Assay.Server.Console.Worth.Experiments;

/// <summary>What is tried, on whom and until when; and what came of it, once that can be told.</summary>
internal sealed class ExperimentsReport(ExperimentReader reader, OrgClock clock)
{
    private const int UnitsShown = 60;

    public IReadOnlyList<ExperimentLine> List(Caller caller)
    {
        var now = clock.Now.ToUnixTimeMilliseconds();
        return
        [
            .. caller.Directory.Data.Experiments.OrderByDescending(e => e.StartMs).ThenBy(e => e.Id, StringComparer.Ordinal).Select(e => new ExperimentLine(
                $"/worth/experiments/{e.Id}", e.Question, e.Id, ExperimentSayings.Design(e), $"{Day(e.StartMs)} to {Day(e.EndMs - 1)}",
                ExperimentSayings.Phase(e.PhaseAt(now)), e.PhaseAt(now) == ExperimentPhase.Running, State(e, now))),
        ];
    }

    /// <summary>One experiment; null if there is none of that name.</summary>
    public async Task<ExperimentPageView?> FindAsync(Caller caller, string id, CancellationToken ct)
    {
        if (caller.Directory.Data.Experiments.FirstOrDefault(e => e.Id == id) is not { } experiment)
        {
            return null;
        }

        var now = clock.Now.ToUnixTimeMilliseconds();
        var phase = experiment.PhaseAt(now);
        var found = caller.Rules.SeesCompany ? await reader.FindAsync(experiment, caller.Directory, ct) : null;
        var visible = ExperimentView.VisibleUnits(experiment, caller);
        return new ExperimentPageView(
            experiment.Id,
            experiment.Question,
            ExperimentSayings.Phase(phase),
            phase == ExperimentPhase.Running,
            found is not null ? ExperimentSayings.Finding(experiment, found)
                : phase == ExperimentPhase.Done ? "It is over and can be judged. What it showed is for finance, auditors and administrators."
                : State(experiment, now),
            found?.Result.Effect is { } effect ? ExperimentSayings.Signed(experiment.Metric, effect) : null,
            found?.Result.Interval is { } likely
                ? $"{ExperimentSayings.Signed(experiment.Metric, likely.Low)} to {ExperimentSayings.Signed(experiment.Metric, likely.High)} with 90 % confidence"
                : "",
            found?.Result is { Effect: { } at, Interval: { } around } ? Scale(experiment, at, around) : null,
            found is null ? [] : Readings(experiment, found),
            found is null ? [] :
            [
                Arm("Control", experiment.Control.Count > 0 ? string.Join(", ", experiment.Control) : "as the route has it", found.Control),
                Arm("Treatment", string.Join(", ", experiment.Treatment), found.Treatment),
            ],
            Plan(experiment, caller),
            Lots(experiment),
            visible.Count == 0 ? $"{experiment.Units.Count} {Unit(experiment)}"
                : $"{string.Join(", ", visible.Take(UnitsShown))}{(experiment.Units.Count > Math.Min(visible.Count, UnitsShown) ? $" and {experiment.Units.Count - Math.Min(visible.Count, UnitsShown)} more" : "")}");
    }

    private static IReadOnlyList<(string, string, string)> Readings(Experiment experiment, ExperimentFindings found) =>
    [
        ("Units", Say.Count(found.Result.Units), $"of {experiment.Units.Count}; fewer than {found.Result.Needed} say nothing"),
        ("Needed", found.UnitsFor is { } needed ? Say.Count(needed) : "–",
            $"units to find {ExperimentSayings.Amount(experiment.Metric, experiment.WorthFinding)}, 80 times of 100"),
        ("If there were no effect", found.Result.Probability is { } p ? p < 0.001 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture) : "–",
            "the chance to see one so large, by other lots"),
        ("Calls sent by it", Say.Count(found.Routed), found.Routed == 0 ? "none known: judged by units and days alone" : found.Strays == 0 ? "each to the arm that was drawn" : $"{Say.Count(found.Strays)} to another arm than was drawn"),
    ];

    private static ArmLine Arm(string name, string targets, ArmSums sums) => new(
        name, targets, Say.Count(sums.Cells), Say.Usd(new NanoUsd(sums.Nanos)), Say.Count(sums.Settled), Say.Count(sums.Finished));

    private static EffectScale Scale(Experiment experiment, double effect, Interval likely)
    {
        var end = new[] { Math.Abs(likely.Low), Math.Abs(likely.High), experiment.WorthFinding }.Max() * 1.1;
        double At(double value) => 50 + (50 * value / end);
        return new EffectScale(
            At(effect), At(likely.Low), At(likely.High), At(-experiment.WorthFinding), At(experiment.WorthFinding),
            ExperimentSayings.Signed(experiment.Metric, -end), ExperimentSayings.Signed(experiment.Metric, end));
    }

    private static IReadOnlyList<ExperimentFact> Plan(Experiment experiment, Caller caller) =>
    [
        new("Route", experiment.UseCase.Length > 0 ? $"{experiment.Route}, for {experiment.UseCase}" : experiment.Route),
        new("Control", experiment.Control.Count > 0 ? string.Join(", ", experiment.Control) : "as the route has it"),
        new("Treatment", string.Join(", ", experiment.Treatment)),
        new("Judged by", ExperimentSayings.Metric(experiment.Metric)),
        new("Worth finding", $"{ExperimentSayings.Amount(experiment.Metric, experiment.WorthFinding)} or more"),
        new("Owner", caller.Directory.FindPerson(experiment.OwnerId)?.Name ?? "somebody who left"),
    ];

    private IReadOnlyList<ExperimentFact> Lots(Experiment experiment) =>
    [
        new("Design", ExperimentSayings.Design(experiment)),
        new("Begins", When(experiment.StartMs)),
        new("Ends", When(experiment.EndMs)),
        new("Judged from", When(experiment.JudgedMs)),
        new("Declared", When(experiment.CreatedMs)),
        new("Seed", experiment.Seed),
    ];

    private string State(Experiment experiment, long nowMs) => experiment.PhaseAt(nowMs) switch
    {
        ExperimentPhase.Planned => $"Begins {When(experiment.StartMs)}. It can be judged from {Day(experiment.JudgedMs)} on.",
        ExperimentPhase.Running => $"Runs until {When(experiment.EndMs)}, as it was declared. Nothing of its arms is shown before {Day(experiment.JudgedMs)}: who looks early, and stops when it looks good, finds what is not there.",
        ExperimentPhase.Settling => $"Over. What was accepted in it can still be taken back, so it is judged from {Day(experiment.JudgedMs)} on.",
        ExperimentPhase.Stopped => $"Stopped {When(experiment.StoppedMs!.Value)}, before its end, so it is not judged. {experiment.StopReason}",
        _ => "Over, and judged by what was declared.",
    };

    private static string Unit(Experiment experiment) => experiment.Unit == ExperimentUnit.Team ? "teams" : "repositories";

    private string Day(long ms) => clock.At(ms).ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private string When(long ms) => clock.At(ms).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);
}
