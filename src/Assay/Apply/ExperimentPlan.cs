using Assay.Server.Api;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;

namespace Assay.Apply;

/// <summary>Experiments: the same experiment is the same id. What is declared is never changed nor removed.</summary>
internal sealed class ExperimentPlan(PlanDraft draft)
{
    public void Add(IReadOnlyList<OrgExperiment> experiments)
    {
        var declared = draft.Directory.Data.Experiments.ToList();
        var written = new Dictionary<string, OrgExperiment>(StringComparer.Ordinal);
        foreach (var wanted in experiments)
        {
            var id = wanted.Fields.Id ?? "";
            if (!written.TryAdd(id, wanted))
            {
                draft.Fault(wanted.At, $"The experiment '{id}' is in the file twice, first in line {written[id].At.Line}: remove one.");
                continue;
            }

            var existing = declared.Find(e => e.Id == id);

            // Read as of the day it was declared: what was a good start then is in the past now.
            var read = ExperimentRules.Read(
                wanted.Fields,
                OwnerOf(wanted),
                new ExperimentSurroundings(
                    existing?.CreatedMs ?? draft.NowMs,
                    [.. declared.Where(e => e.Id != id)],
                    draft.Teams.ContainsKey,
                    _ => null,
                    _ => null),
                (field, message) => draft.Fault(wanted.At, $"{field} {message}"));
            if (read is null)
            {
                continue;
            }

            if (existing is null)
            {
                declared.Add(read);
                draft.Create($"experiment {id}: {read.Units.Count} {(read.Unit == ExperimentUnit.Team ? "teams" : "repositories")} on {read.Route}, {Say(read.StartMs)} to {Say(read.EndMs)}", new DirectoryChange.DeclareExperiment(read));
            }
            else if (!IsSame(existing, read))
            {
                draft.Fault(wanted.At, $"The experiment '{id}' was declared otherwise, and what is declared is not changed: stop it, and declare another.");
            }
        }
    }

    private string? OwnerOf(OrgExperiment wanted) =>
        wanted.Fields.Owner is { } email && draft.People.TryGetValue(InputRules.CanonicalEmail(email), out var owner) ? owner.Id : null;

    private static bool IsSame(Experiment existing, Experiment read) =>
        read.Units.SequenceEqual(existing.Units, StringComparer.Ordinal)
        && read.Control.SequenceEqual(existing.Control, StringComparer.Ordinal)
        && read.Treatment.SequenceEqual(existing.Treatment, StringComparer.Ordinal)
        && existing == read with
        {
            Units = existing.Units,
            Control = existing.Control,
            Treatment = existing.Treatment,
            Seed = existing.Seed,
            CreatedMs = existing.CreatedMs,
            StoppedMs = existing.StoppedMs,
            StopReason = existing.StopReason,
        };

    private static string Say(long ms) => Rfc3339.FormatMs(ms)[..10];
}
