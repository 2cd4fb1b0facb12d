using Assay.Outcomes.Experiments;
using Assay.Outcomes.Statistics;
using Assay.Outcomes.Worth;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Outcomes.Experiments;

/// <summary>What an experiment showed.</summary>
/// <param name="Result">The effect, or how many units there were and are needed.</param>
/// <param name="UnitsFor">How many units it would take to find what is worth finding; null where that cannot be told.</param>
/// <param name="Routed">Calls that were sent by it.</param>
/// <param name="Strays">Calls among them whose arm is not the one that was drawn; 0, or something was changed by hand.</param>
/// <param name="Provisional">Outcomes that nobody can judge yet, although their time should be over.</param>
internal sealed record ExperimentFindings(
    ExperimentResult Result, ArmSums Control, ArmSums Treatment, int? UnitsFor, long Routed, long Strays, int Provisional);

/// <summary>
/// Judges experiments that are over. Spend counts for the unit and the period it was metered in, whatever route it took. An
/// outcome counts for the period of the calls that the experiment routed and that most was spent on it with; where none are
/// known, for the period it was accepted or given up in.
/// </summary>
internal sealed class ExperimentReader(WorthReader reader, TimeProvider clock)
{
    /// <summary>What it showed; null before it can be judged, whoever asks: who looks early finds what is not there.</summary>
    public async ValueTask<ExperimentFindings?> FindAsync(Experiment experiment, DirectorySnapshot directory, CancellationToken ct)
    {
        if (experiment.PhaseAt(clock.GetUtcNow().ToUnixTimeMilliseconds()) != ExperimentPhase.Done)
        {
            return null;
        }

        var book = await reader.ReadWholeAsync(experiment.StartMs, experiment.EndMs, ct);
        return book.Kept($"experiment:{experiment.Id}", () => Judge(experiment, book, directory.Teams));
    }

    private static ExperimentFindings Judge(Experiment experiment, WorthBook book, TeamTree teams)
    {
        var calendar = experiment.Calendar();
        var cells = new List<ExperimentCell>();
        var (routed, strays, provisional) = (0L, 0L, 0);
        var (control, treatment) = (experiment.ArmText(isTreated: false), experiment.ArmText(isTreated: true));
        foreach (var slice in book.Slices)
        {
            if (UnitOf(slice.TeamId, Experiment.RepositoryOf(slice.WorkRef)) is not { } unit || calendar.PeriodAt(slice.AtMs) is not { } period || !IsMeant(slice.UseCase))
            {
                continue;
            }

            cells.Add(new ExperimentCell(unit, period, slice.Cost, 0, 0));
            if (slice.Arm == control || slice.Arm == treatment)
            {
                routed += slice.Requests;
                strays += slice.Arm == experiment.ArmText(calendar.IsTreated(unit, period) == true) ? 0 : slice.Requests;
            }
        }

        var periods = book.MostSpentOn(slice =>
            slice.Arm == control || slice.Arm == treatment ? calendar.PeriodAt(slice.AtMs)?.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        foreach (var (i, outcome) in book.Outcomes.Index())
        {
            var period = periods[i] is { } routedIn ? int.Parse(routedIn, System.Globalization.CultureInfo.InvariantCulture) : calendar.PeriodAt(outcome.AtMs);
            if (period is not { } at || UnitOf(outcome.TeamId, outcome.Repo) is not { } unit || !(outcome.UseCase.Length == 0 || IsMeant(outcome.UseCase)))
            {
                continue;
            }

            var fate = WorthBook.FateOf(outcome, book.NowMs);
            provisional += fate == Fate.Provisional ? 1 : 0;
            if (fate != Fate.Provisional)
            {
                cells.Add(new ExperimentCell(unit, at, 0, fate == Fate.Settled ? 1 : 0, 1));
            }
        }

        var result = ExperimentAnalysis.Of(calendar, experiment.Metric, cells, new Draws(1));
        var (without, with) = ExperimentAnalysis.Arms(calendar, cells);
        return new ExperimentFindings(result, without, with, result.UnitsFor(experiment.WorthFinding), routed, strays, provisional);

        string? UnitOf(string team, string repository)
        {
            if (experiment.Unit == ExperimentUnit.Repository)
            {
                return calendar.IsTreated(repository, 0) is null ? null : calendar.Units.First(unit => string.Equals(unit, repository, StringComparison.OrdinalIgnoreCase));
            }

            return teams.PathOf(team).FirstOrDefault(id => calendar.IsTreated(id, 0) is not null);
        }

        bool IsMeant(string useCase) => experiment.UseCase.Length == 0 || experiment.UseCase == useCase;
    }
}
