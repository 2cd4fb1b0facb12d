using System.Net;
using Assay.Outcomes.Experiments;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>The router sends calls where the lot says, and the ledger knows.</summary>
public sealed class ExperimentTests
{
    private const long HourMs = 3_600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_goes_where_the_lot_sends_its_team_and_says_so_in_the_ledger()
    {
        await using var gateway = await RunningGateway.StartAsync(config =>
        {
            foreach (var name in new[] { "code", "chat", "plain" })
            {
                config.Models[name] = new() { Targets = ["openai/gpt-5.5"] };
            }
        });
        var store = gateway.Server.Parts.Store;
        var admin = (await store.Directory.LoadAsync(Cancel)).People.First(p => p.Role == Role.Admin).Id;
        var start = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / HourMs * HourMs) - HourMs;
        Experiment Declared(string id, string route, string useCase, bool treated) => Seeded(
            new Experiment
            {
                Id = id,
                Question = "Where does it go?",
                Route = route,
                UseCase = useCase,
                Unit = ExperimentUnit.Team,
                Units = ["platform", "elsewhere"],
                Treatment = ["anthropic/claude-sonnet-5"],
                Design = ExperimentDesign.Switchback,
                StartMs = start,
                PeriodHours = 24,
                Periods = 2,
                Metric = ExperimentMetric.Spend,
                WorthFinding = 1,
                OwnerId = admin,
                Seed = "",
                CreatedMs = start,
            },
            treated);
        await store.Directory.ChangeAsync(
            [
                new DirectoryChange.PutTeam(new Team("elsewhere", "org", "Elsewhere")),
                new DirectoryChange.DeclareExperiment(Declared("treated", "code", "", treated: true)),
                new DirectoryChange.DeclareExperiment(Declared("waiting", "chat", "coding", treated: false)),
                new DirectoryChange.DeclareExperiment(Declared("others", "plain", "support", treated: true)),
            ],
            "test",
            Cancel);
        await gateway.Server.RefreshDirectoryAsync(Cancel);

        using var http = gateway.Client();
        foreach (var model in new[] { "code", "chat", "plain" })
        {
            using var answer = await TranslationTests.SendAsync(http, "chat", model, stream: true);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            await answer.Content.ReadAsStringAsync(Cancel);
        }

        var rows = await gateway.RequestsAsync();
        await Wait.UntilAsync(async () => (rows = await gateway.RequestsAsync()).Count == 3, "all are settled", Cancel);
        rows.OrderBy(row => row.StartedAtMs).Select(row => (row.RequestedModel, row.Model, row.Arm)).ShouldBe(
        [
            ("code", "claude-sonnet-5", "treated/treatment"), ("chat", "gpt-5.5", "waiting/control"), ("plain", "gpt-5.5", ""),
        ]);

        // Stopped, it sends nothing any more.
        await store.Directory.ChangeAsync([new DirectoryChange.StopExperiment("treated", start, "enough")], "test", Cancel);
        await gateway.Server.RefreshDirectoryAsync(Cancel);
        using var after = await TranslationTests.SendAsync(http, "chat", "code", stream: false);
        await after.Content.ReadAsStringAsync(Cancel);
        await Wait.UntilAsync(async () => (rows = await gateway.RequestsAsync()).Count == 4, "it is settled", Cancel);
        rows.MaxBy(row => row.StartedAtMs)!.Arm.ShouldBeEmpty();
    }

    // By a seed whose lot sends the one team there now.
    private static Experiment Seeded(Experiment experiment, bool treated) => Enumerable.Range(0, 100)
        .Select(i => experiment with { Seed = $"seed-{i}" })
        .First(e => e.Calendar().IsTreated("platform", 0) == treated);
}
