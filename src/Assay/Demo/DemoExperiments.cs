using Assay.Outcomes.Experiments;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;
using Assay.Server.Store;

namespace Assay.Demo;

/// <summary>
/// What the company tries by lot: one experiment that is over and found something, which is planted in the demo's history, and one
/// that the gateway assigns calls to while the demo runs.
/// </summary>
internal static class DemoExperiments
{
    /// <summary>The repositories that the company's changes are made in.</summary>
    public static IReadOnlyList<string> Repositories { get; } =
    [
        "lindenhof/dispatch", "lindenhof/driver-app", "lindenhof/route-engine", "lindenhof/labels", "lindenhof/depots", "lindenhof/tariffs",
        "lindenhof/tracking", "lindenhof/night-plan",
    ];

    private const string Owner = "tomasz.wrobel@example.com";
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    /// <summary>The one that is over, so long that all it led to has settled.</summary>
    public static Experiment Ended(string ownerId, long nowMs) => new()
    {
        Id = "plan-before-code",
        Question = "Do changes last longer when the larger model writes a plan before the code?",
        Route = "claude-*",
        UseCase = "coding",
        Unit = ExperimentUnit.Repository,
        Units = Repositories,
        Treatment = ["anthropic/claude-opus-5"],
        Design = ExperimentDesign.Switchback,
        StartMs = (nowMs / HourMs * HourMs) - (56 * DayMs),
        PeriodHours = 168,
        Periods = 4,
        Metric = ExperimentMetric.SettledRate,
        WorthFinding = 10,
        OwnerId = ownerId,
        Seed = "0a4c1b7e9d2f3568",
        CreatedMs = nowMs - (60 * DayMs),
    };

    /// <summary>The one that runs: teams take turns with the smallest model.</summary>
    public static Experiment Running(string ownerId, long nowMs) => new()
    {
        Id = "smallest-model",
        Question = "Is the smallest model enough for everyday coding?",
        Route = "claude-*",
        UseCase = "coding",
        Unit = ExperimentUnit.Team,
        Units = ["platform", "routing", "mobile", "data", "support", "finance"],
        Treatment = ["anthropic/claude-haiku-4-5"],
        Design = ExperimentDesign.Switchback,
        StartMs = (nowMs / HourMs * HourMs) - (3 * DayMs),
        PeriodHours = 168,
        Periods = 4,
        Metric = ExperimentMetric.CostPerSettled,
        WorthFinding = 2,
        OwnerId = ownerId,
        Seed = "5be2790c4d81fa36",
        CreatedMs = nowMs - (10 * DayMs),
    };

    /// <summary>Declares both, as of before they began.</summary>
    public static async Task DeclareAsync(IDirectoryStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var owner = (await store.LoadAsync(cancellation)).People.First(p => p.Email == Owner).Id;
        await store.ChangeAsync(
            [new DirectoryChange.DeclareExperiment(Ended(owner, now)), new DirectoryChange.DeclareExperiment(Running(owner, now))], "demo", cancellation);
    }
}
