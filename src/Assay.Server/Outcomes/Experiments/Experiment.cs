using Assay.Outcomes.Experiments;

namespace Assay.Server.Outcomes.Experiments;

/// <summary>What is treated or not.</summary>
internal enum ExperimentUnit
{
    /// <summary>A team, with the teams below it.</summary>
    Team,

    /// <summary>A repository, known from the work that a call names.</summary>
    Repository,
}

/// <summary>How far an experiment is.</summary>
internal enum ExperimentPhase
{
    Planned,
    Running,

    /// <summary>It has ended, and what was accepted in it can still be taken back.</summary>
    Settling,

    /// <summary>It can be judged.</summary>
    Done,

    /// <summary>It was stopped before its end, and is not judged.</summary>
    Stopped,
}

/// <summary>
/// A question put to a route by lot: some units' calls go to one list of targets, the others' to another. Declared before it
/// begins and never changed, so that nobody can look for the end, the metric or the units that please.
/// </summary>
internal sealed record Experiment
{
    public const string ControlArm = "control";
    public const string TreatmentArm = "treatment";

    public required string Id { get; init; }

    public required string Question { get; init; }

    /// <summary>The route under test, as it is configured: a model's name or pattern.</summary>
    public required string Route { get; init; }

    /// <summary>Only calls for this use case take part; empty for all.</summary>
    public string UseCase { get; init; } = "";

    public required ExperimentUnit Unit { get; init; }

    public required IReadOnlyList<string> Units { get; init; }

    /// <summary>Where the untreated go; empty for where the route leads.</summary>
    public IReadOnlyList<string> Control { get; init; } = [];

    public required IReadOnlyList<string> Treatment { get; init; }

    public required ExperimentDesign Design { get; init; }

    public required long StartMs { get; init; }

    public required int PeriodHours { get; init; }

    public required int Periods { get; init; }

    /// <summary>Of a staggered roll-out; 0 for a switchback.</summary>
    public int Waves { get; init; }

    public required ExperimentMetric Metric { get; init; }

    /// <summary>The least difference worth finding, in the metric's unit.</summary>
    public required double WorthFinding { get; init; }

    public required string OwnerId { get; init; }

    /// <summary>What lots are drawn from.</summary>
    public required string Seed { get; init; }

    public required long CreatedMs { get; init; }

    public long? StoppedMs { get; init; }

    public string StopReason { get; init; } = "";

    public long EndMs => StartMs + (Periods * PeriodHours * 3_600_000L);

    /// <summary>When what was accepted in it has had its time to be taken back.</summary>
    public long JudgedMs => EndMs + (Assay.Outcomes.Ladder.OutcomeKind.SettleDaysDefault * 24 * 3_600_000L);

    /// <summary>What stands on the calls of an arm.</summary>
    public string ArmText(bool isTreated) => $"{Id}/{(isTreated ? TreatmentArm : ControlArm)}";

    public ExperimentCalendar Calendar() => new(Seed, Design, Units, StartMs, PeriodHours * 3_600_000L, Periods, Waves);

    public ExperimentPhase PhaseAt(long nowMs) => StoppedMs is not null ? ExperimentPhase.Stopped
        : nowMs < StartMs ? ExperimentPhase.Planned
        : nowMs < EndMs ? ExperimentPhase.Running
        : nowMs < JudgedMs ? ExperimentPhase.Settling
        : ExperimentPhase.Done;

    /// <summary>The repository that a work ref names: <c>acme/web</c> of <c>acme/web#87</c>, <c>acme/web!87</c> and <c>acme/web@main</c>.</summary>
    public static string RepositoryOf(string workRef)
    {
        var end = workRef.AsSpan().IndexOfAny('#', '!', '@');
        return end < 0 ? workRef : workRef[..end];
    }
}
