using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Outcomes.Experiments;
using Assay.Outcomes.Ladder;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Experiments;

namespace Assay.Server.Tests.Api;

/// <summary>Experiments are declared before they begin, and looked at when they are over.</summary>
public sealed class ExperimentsEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Prefix = "/api/v1/experiments";
    private const long HourMs = 3_600_000;
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    private static readonly string s_start = s_now.AddDays(2).ToString("yyyy-MM-dd'T'HH':00:00Z'", CultureInfo.InvariantCulture);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_experiment_is_declared_listed_and_stopped_and_its_arms_stay_unseen()
    {
        using var answer = await PostAsync("root", "", Declaration("first"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Ct));
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        (made.GetProperty("phase").GetString(), made.GetProperty("owner").GetString()).ShouldBe(("planned", "root@example.com"));
        made.GetProperty("end").GetString().ShouldBe(
            DateTimeOffset.Parse(s_start, CultureInfo.InvariantCulture).AddDays(28).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

        // Who is tried on may know it; the names of other teams are not theirs to know.
        var seen = (await GetAsync("ada", "")).GetProperty("experiments").EnumerateArray().Single(e => e.GetProperty("id").GetString() == "first");
        seen.GetProperty("unitCount").GetInt32().ShouldBe(2);
        seen.GetProperty("units").GetArrayLength().ShouldBeLessThan(2);
        (await GetAsync("fin", "/first")).GetProperty("findings").ValueKind.ShouldBe(JsonValueKind.Null);

        (await PostAsync("root", "", Declaration("first"))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync("root", "", Declaration("second"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("root", "/first/stop", """{"reason":" "}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("root", "/first/stop", """{"reason":"The provider left."}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync("root", "/first/stop", """{"reason":"Again."}""")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync("root", "/none/stop", """{"reason":"It."}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync("fin", "/first")).GetProperty("experiment").GetProperty("phase").GetString().ShouldBe("stopped");

        // The route is free again.
        (await PostAsync("root", "", Declaration("second"))).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("\"id\":\"bad\"", "\"id\":\"Bad\"", "id")]
    [InlineData("platform", "nowhere", "units")]
    [InlineData("\"metacode/big\"", "\"big\"", "treatment")]
    [InlineData("\"periods\":4", "\"periods\":5", "periods")]
    [InlineData("\"periodHours\":168", "\"periodHours\":0", "periodHours")]
    [InlineData("\"metric\":\"settledRate\"", "\"metric\":\"happiness\"", "metric")]
    [InlineData("\"worthFinding\":\"5\"", "\"worthFinding\":\"-5\"", "worthFinding")]
    [InlineData("\"design\":\"switchback\"", "\"design\":\"staggered\"", "waves")]
    [InlineData(":00:00Z", ":30:00Z", "start")]
    [InlineData("\"question\":\"", "\"owner\":\"nobody@example.com\",\"question\":\"", "owner")]
    public async Task What_is_not_as_documented_is_refused_with_what_to_write(string good, string bad, string field)
    {
        var body = Declaration("bad");
        body.ShouldContain(good);
        var answer = await PostAsync("root", "", body.Replace(good, bad, StringComparison.Ordinal));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_over_is_judged_by_what_was_assigned()
    {
        var start = s_now.AddDays(-60).ToUnixTimeMilliseconds() / HourMs * HourMs;
        var experiment = new Experiment
        {
            Id = "over",
            Question = "Does review by the larger model make changes last?",
            Route = "review",
            Unit = ExperimentUnit.Repository,
            Units = [.. Enumerable.Range(0, 8).Select(i => $"acme/repo-{i}")],
            Treatment = ["metacode/big"],
            Design = ExperimentDesign.Switchback,
            StartMs = start,
            PeriodHours = 7 * 24,
            Periods = 4,
            Metric = ExperimentMetric.SettledRate,
            WorthFinding = 5,
            OwnerId = "p_root",
            Seed = "s",
            CreatedMs = start - HourMs,
        };
        var calendar = experiment.Calendar();
        var reports = new List<OutcomeReport>();
        foreach (var (i, unit) in experiment.Units.Index())
        {
            for (var period = 0; period < 4; period++)
            {
                for (var n = 0; n < 12; n++)
                {
                    // Untreated, every third is taken back; treated, only one in the repositories of even number.
                    var at = start + (period * calendar.PeriodMs) + (n * HourMs) + HourMs;
                    var isLost = calendar.IsTreated(unit, period) == true ? n == 0 && i % 2 == 0 : n % 3 == 0;
                    reports.Add(new OutcomeReport
                    {
                        Kind = "change",
                        Source = OutcomeWords.GitHub,
                        Ref = string.Create(CultureInfo.InvariantCulture, $"{unit}#{(period * 100) + n}"),
                        Repo = unit,
                        FactsMs = at,
                        PersonId = "p_ada",
                        TeamId = "platform",
                        Steps = isLost ? [new(OutcomeEvent.Accepted, at), new(OutcomeEvent.Reverted, at + HourMs)] : [new(OutcomeEvent.Accepted, at)],
                    });
                }
            }
        }

        await host.Store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = reports }, Ct);
        await host.Store.Directory.ChangeAsync([new DirectoryChange.DeclareExperiment(experiment)], "test", Ct);
        await host.Snapshots.RefreshAsync(Ct);

        var found = (await GetAsync("fin", "/over")).GetProperty("findings");
        found.GetProperty("units").GetInt32().ShouldBe(8);
        found.GetProperty("effect").GetDouble().ShouldBe((100.0 / 3) - (50.0 / 12), 1e-6);
        found.GetProperty("low").GetDouble().ShouldBeGreaterThan(20);
        found.GetProperty("probability").GetDouble().ShouldBeLessThan(0.05);
        (found.GetProperty("control").GetProperty("finished").GetInt32(), found.GetProperty("treatment").GetProperty("settled").GetInt32()).ShouldBe((192, 184));
        found.GetProperty("routedCalls").GetInt32().ShouldBe(0);
    }

    private static string Declaration(string id) => $$"""
        {"id":"{{id}}","question":"Does the larger model's work last?","route":"code","unit":"team","units":["platform","infra"],
         "treatment":["metacode/big"],"design":"switchback","start":"{{s_start}}","periodHours":168,"periods":4,
         "metric":"settledRate","worthFinding":"5"}
        """;

    private async Task<JsonElement> GetAsync(string who, string path)
    {
        var answer = await host.As(who).GetAsync(Prefix + path, Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Ct));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private Task<HttpResponseMessage> PostAsync(string who, string path, string body) =>
        host.As(who).PostAsync(Prefix + path, new StringContent(body, null, "application/json"), Ct);
}
