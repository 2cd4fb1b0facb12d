using Assay.Outcomes.Experiments;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;
using Assay.Server.Outcomes.Otlp;
using Assay.Server.Store;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>What the sample company tries, and what its tools say of themselves.</summary>
internal static class SampleExperiments
{
    private static readonly string[] s_teams = ["engineering", "platform", "payments", "mobile", "research", "support", "finance"];

    /// <summary>One that is over, one that runs, and one that was stopped.</summary>
    public static async Task DeclareAsync(IDirectoryStore store, SampleCompany company, DateTimeOffset now, CancellationToken ct)
    {
        var owner = company.People.First(person => person.Role == Role.Manager).Id;
        var today = new DateTimeOffset(now.Year, now.Month, now.Day, 0, 0, 0, TimeSpan.Zero);
        Experiment[] all =
        [
            New("larger-model", "Do changes made with the larger model last longer?", today.AddDays(-44), ExperimentDesign.Switchback, ExperimentMetric.SettledRate, 10),
            New("in-house-first", "Does asking the model in the house first cost less?", today.AddDays(-10), ExperimentDesign.Staggered, ExperimentMetric.Spend, 25),
            New("night-prices", "Is night work with the cheaper model as good?", today.AddDays(-30), ExperimentDesign.Switchback, ExperimentMetric.CostPerSettled, 1) with
            {
                Route = "batch",
            },
        ];
        await store.ChangeAsync([.. all.Select(experiment => new DirectoryChange.DeclareExperiment(experiment))], owner, ct);
        await store.ChangeAsync(
            [new DirectoryChange.StopExperiment("night-prices", today.AddDays(-21).ToUnixTimeMilliseconds(), "The provider withdrew the model.")], owner, ct);

        Experiment New(string id, string question, DateTimeOffset start, ExperimentDesign design, ExperimentMetric metric, double gap) => new()
        {
            Id = id,
            Question = question,
            Route = "code",
            Unit = ExperimentUnit.Team,
            Units = s_teams,
            Control = design == ExperimentDesign.Staggered ? [] : ["anthropic/claude-sonnet-5"],
            Treatment = ["anthropic/claude-opus-5"],
            Design = design,
            StartMs = start.ToUnixTimeMilliseconds(),
            PeriodHours = 7 * 24,
            Periods = 4,
            Waves = design == ExperimentDesign.Staggered ? 3 : 0,
            Metric = metric,
            WorthFinding = gap,
            OwnerId = owner,
            Seed = "9f31c07ab2e845d6",
            CreatedMs = start.AddDays(-3).ToUnixTimeMilliseconds(),
        };
    }

    /// <summary>Edits that people accepted and rejected, and some that a setting let through.</summary>
    public static async Task TellAsync(ITelemetryStore store, SampleCompany company, DateTimeOffset now, CancellationToken ct)
    {
        var batch = new TelemetryBatch();
        var hour = now.AddDays(-3).ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        foreach (var person in company.People.Where(person => person.TeamId is "platform" or "payments"))
        {
            foreach (var (detail, count) in new[] { ("accept|user_temporary|Edit", 30), ("reject|user_reject|Edit", 10), ("accept|config|Write", 55) })
            {
                batch.Keys.Add(new TelemetryKey(hour, person.Id, person.TeamId, "claude-code", "2.1.240", "claude_code.code_edit_tool.decision", "", detail));
                batch.Counts.Add((batch.Keys.Count - 1, count * 1_000_000L));
            }
        }

        await store.AddAsync([batch], now.ToUnixTimeMilliseconds(), ct);
    }
}
