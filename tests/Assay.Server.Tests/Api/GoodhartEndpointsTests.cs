using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;
using Assay.Server.Tests.Directory;

namespace Assay.Server.Tests.Api;

/// <summary>Targets are watched, samples are rated by others, and a leaderboard is dissected without names.</summary>
public sealed class GoodhartEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Prefix = "/api/v1/goodhart";
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_metric_that_people_cut_their_work_for_is_found_and_samples_are_rated_by_others()
    {
        await DeliverAsync();
        (await PostAsync("root", "/metrics", $$"""
            {"id":"merged","name":"Merged changes","measure":"accepted","gold":"tickets",
             "counterMetric":"settled rate and size","targetSince":"{{s_now.AddDays(-14):yyyy-MM-dd}}","threshold":"4","thresholdWidth":"1"}
            """)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var audit = await GetAsync("fin", "/metrics/merged/audit");
        audit.GetProperty("isAlarm").GetBoolean().ShouldBeTrue();
        audit.GetProperty("metric").GetProperty("owner").GetString().ShouldBe("root@example.com");
        var decoupling = audit.GetProperty("findings").EnumerateArray().First(f => f.GetProperty("question").GetString() == "decoupling");
        decoupling.GetProperty("isAlarm").GetBoolean().ShouldBeTrue();
        decoupling.GetProperty("change").GetDouble().ShouldBeGreaterThan(1.5);

        // Four pieces a day are what something hangs on, and everybody has four.
        audit.GetProperty("metric").GetProperty("threshold").GetDouble().ShouldBe(4);
        audit.GetProperty("findings").EnumerateArray().First(f => f.GetProperty("question").GetString() == "bunching")
            .GetProperty("isAlarm").GetBoolean().ShouldBeTrue();

        (await PostAsync("aud", "/samples", """{"count":150,"days":14}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var samples = (await GetAsync("ada", "/samples?limit=200")).GetProperty("samples").EnumerateArray().ToList();
        samples.ShouldNotBeEmpty();
        // Nobody rates what they or their team made, and nobody is told whose it is.
        samples.ShouldAllBe(s => !s.GetProperty("title").GetString()!.Contains("platform", StringComparison.Ordinal));
        samples[0].EnumerateObject().Select(p => p.Name).ShouldBe(["id", "kind", "title", "url", "repo", "linesAdded", "linesRemoved"]);
        var id = samples[0].GetProperty("id").GetString();
        (await PostAsync("ada", $"/samples/{id}/rating", """{"score":6}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("ada", $"/samples/{id}/rating", """{"score":2}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync("ada", $"/samples/{id}/rating", """{"score":5}""")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync("ada", "/samples/none/rating", """{"score":5}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var autopsy = await GetAsync("ada", "/autopsy?places=3");
        (autopsy.GetProperty("people").GetInt32(), autopsy.GetProperty("own").ValueKind).ShouldBe((0, JsonValueKind.Null));
        autopsy.GetProperty("isEnough").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"measure":"happiness"}""", "measure")]
    [InlineData("""{"measure":"accepted","gold":"accepted","id":"x","name":"X","counterMetric":"y","targetSince":"2026-01-01"}""", "gold")]
    [InlineData("""{"targetSince":"soon"}""", "targetSince")]
    [InlineData("""{"owner":"nobody@example.com"}""", "owner")]
    [InlineData("""{"counterMetric":" "}""", "counterMetric")]
    [InlineData("""{"threshold":"-1"}""", "threshold")]
    [InlineData("""{"thresholdWidth":"5"}""", "thresholdWidth")]
    public async Task A_metric_without_what_it_needs_is_refused_with_what_to_write(string body, string field)
    {
        var answer = await PostAsync("root", "/metrics", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/autopsy?places=0")]
    [InlineData("/autopsy?from=2026-02-01&to=2026-01-01")]
    [InlineData("/samples?limit=201")]
    public async Task Questions_beyond_their_limits_are_refused(string path) =>
        (await host.As("ada").GetAsync(Prefix + path, Ct)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    // A ticket for everybody every third day; in the last fortnight each in four pieces.
    private async Task DeliverAsync()
    {
        var reports = new List<OutcomeReport>();
        foreach (var (place, person) in SampleOrg.People.Index())
        {
            for (var back = 42; back > 0; back--)
            {
                for (var piece = 0; (place + back) % 3 == 0 && piece < (back <= 14 ? 4 : 1); piece++)
                {
                    var at = s_now.AddDays(-back).ToUnixTimeMilliseconds();
                    reports.Add(new OutcomeReport
                    {
                        Kind = "change",
                        Source = "github",
                        Ref = string.Create(CultureInfo.InvariantCulture, $"acme/web#{reports.Count + 1}"),
                        Repo = "acme/web",
                        BaseBranch = "main",
                        FactsMs = at,
                        Title = $"For {person.TeamId}",
                        PersonId = person.Id,
                        TeamId = person.TeamId,
                        LinesAdded = back <= 14 ? 20 : 80,
                        WorkRefs = [$"T-{place}-{back}"],
                        Steps = [new OutcomeStep(OutcomeEvent.Accepted, at)],
                    });
                }
            }
        }

        await host.Store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = reports }, Ct);
    }

    private async Task<JsonElement> GetAsync(string who, string path)
    {
        var answer = await host.As(who).GetAsync(Prefix + path, Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private Task<HttpResponseMessage> PostAsync(string who, string path, string body) =>
        host.As(who).PostAsync(Prefix + path, new StringContent(body, null, "application/json"), Ct);
}
