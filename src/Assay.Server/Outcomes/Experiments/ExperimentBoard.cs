using System.Collections.Frozen;
using System.Diagnostics;
using Assay.Outcomes.Experiments;
using Assay.Server.Directory;
using Assay.Server.Routing;

namespace Assay.Server.Outcomes.Experiments;

/// <summary>Where an experiment sends a call.</summary>
/// <param name="Text">What stands on the call, as in <c>larger-model/treatment</c>.</param>
/// <param name="Targets">Tried before those of the route; empty for the route as it is.</param>
internal sealed record ExperimentArm(string Text, IReadOnlyList<Target> Targets);

/// <summary>
/// The experiments that are not over, ready to be asked by calls: who is treated when is worked out when the directory
/// changes, so that a call costs two look-ups in memory, and nothing while there is no experiment.
/// </summary>
internal sealed partial class ExperimentBoard(RouteTable routes, TimeProvider clock, ILogger<ExperimentBoard> log) : IDirectoryObserver
{
    private FrozenDictionary<string, Live[]>? _byRoute;

    public Task PrepareAsync(DirectorySnapshot directory, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var live = new List<Live>();
        foreach (var experiment in directory.Data.Experiments.Where(e => e.StoppedMs is null && e.EndMs > now))
        {
            if (Resolve(experiment) is { } resolved)
            {
                live.Add(resolved);
            }
        }

        Volatile.Write(
            ref _byRoute,
            live.Count == 0 ? null : live.GroupBy(e => e.Route, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal));
        return Task.CompletedTask;
    }

    /// <summary>The arm of a call; null if no experiment has it.</summary>
    public ExperimentArm? ArmOf(ModelRoute route, IReadOnlyList<string> teamPath, string workRef, string useCase, long nowMs)
    {
        if (Volatile.Read(ref _byRoute) is not { } byRoute || !byRoute.TryGetValue(route.Pattern, out var experiments))
        {
            return null;
        }

        foreach (var experiment in experiments)
        {
            if (experiment.ArmOf(teamPath, workRef, useCase, nowMs) is { } arm)
            {
                return arm;
            }
        }

        return null;
    }

    private Live? Resolve(Experiment experiment)
    {
        try
        {
            return new Live(experiment, Targets(experiment.Control), Targets(experiment.Treatment));
        }
        catch (KeyNotFoundException)
        {
            // The configuration has moved on since it was declared: calls go where it leads.
            LogUnknownTarget(log, experiment.Id);
            return null;
        }

        IReadOnlyList<Target> Targets(IReadOnlyList<string> names) =>
            [.. names.Select(name => routes.TargetNamed(name) ?? throw new KeyNotFoundException(name))];
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The experiment {Experiment} names a provider that is not configured here; its calls go where the route leads.")]
    private static partial void LogUnknownTarget(ILogger log, string experiment);

    private sealed class Live(Experiment experiment, IReadOnlyList<Target> control, IReadOnlyList<Target> treatment)
    {
        private readonly ExperimentCalendar _calendar = experiment.Calendar();
        private readonly ExperimentArm _control = new(experiment.ArmText(isTreated: false), control);
        private readonly ExperimentArm _treatment = new(experiment.ArmText(isTreated: true), treatment);

        public string Route => experiment.Route;

        public ExperimentArm? ArmOf(IReadOnlyList<string> teamPath, string workRef, string useCase, long nowMs)
        {
            if (_calendar.PeriodAt(nowMs) is not { } period || (experiment.UseCase.Length > 0 && experiment.UseCase != useCase))
            {
                return null;
            }

            if (experiment.Unit == ExperimentUnit.Repository)
            {
                return workRef.Length == 0 ? null : ArmOf(_calendar.IsTreated(Experiment.RepositoryOf(workRef), period));
            }

            Debug.Assert(teamPath.Count > 0, "Everybody is in a team.");
            for (var i = 0; i < teamPath.Count; i++)
            {
                // The nearest team that takes part counts.
                if (_calendar.IsTreated(teamPath[i], period) is { } isTreated)
                {
                    return ArmOf(isTreated);
                }
            }

            return null;
        }

        private ExperimentArm? ArmOf(bool? isTreated) => isTreated switch { null => null, true => _treatment, false => _control };
    }
}
