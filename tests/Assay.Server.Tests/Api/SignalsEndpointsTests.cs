using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Server.Signals;

namespace Assay.Server.Tests.Api;

/// <summary>Signals are the person's first; others learn of them when they may.</summary>
public sealed class SignalsEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signal_is_the_persons_until_they_say_that_something_went_wrong()
    {
        var id = await RaiseAsync("sg_a1", "p_ada");
        foreach (var other in (string[])["boss", "lead", "fin", "aud", "root", "bob"])
        {
            (await host.As(other).GetAsync($"/api/v1/signals/{id}", Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound, other);
            (await AnswerAsync(other, id, "planned", "not mine")).StatusCode.ShouldBe(HttpStatusCode.NotFound, other);
        }

        (await ListAsync("ada")).ShouldContain(id);
        (await AnswerAsync("ada", id, "mistake", "a loop, stopped")).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var other in (string[])["boss", "lead", "fin", "aud", "root"])
        {
            (await ListAsync(other)).ShouldContain(id, other);
        }

        (await ListAsync("bob")).ShouldNotContain(id);
        (await ListAsync("ivy")).ShouldNotContain(id);
    }

    [Fact]
    public async Task What_is_planned_stays_between_assay_and_the_person()
    {
        var id = await RaiseAsync("sg_a2", "p_ada");
        var answered = await AnswerAsync("ada", id, "planned", "migration, see JIRA-12");
        var view = await answered.Content.ReadFromJsonAsync<JsonElement>(Ct);
        view.GetProperty("answer").GetString().ShouldBe("planned");
        view.GetProperty("text").GetString().ShouldBe("migration, see JIRA-12");
        view.GetProperty("answeredBy").GetString().ShouldBe("ada@example.com");
        (await ListAsync("boss")).ShouldNotContain(id);

        (await AnswerAsync("ada", id, "mistake", "")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("""{"answer":"yes"}""", "answer")]
    [InlineData("""{}""", "answer")]
    [InlineData("""{"answer":"planned"}""", "text")]
    [InlineData("""{"answer":"planned","text":"a\u202eb"}""", "text")]
    [InlineData("""{"answer":"planned","text":"x","why":"y"}""", "why")]
    public async Task An_answer_that_is_none_is_refused_with_what_to_write(string body, string field)
    {
        var id = await RaiseAsync("sg_bad", "p_ada");
        var answer = await host.As("ada").PostAsync(
            $"/api/v1/signals/{id}/answer", new StringContent(body, null, "application/json"), Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task What_concerns_a_team_is_its_managers_to_answer_and_not_the_auditors()
    {
        var id = await RaiseAsync("sg_t1", "", owners: 1);
        (await host.As("ada").GetAsync($"/api/v1/signals/{id}", Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await AnswerAsync("aud", id, "planned", "x")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await AnswerAsync("boss", id, "planned", "launch")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<string> RaiseAsync(string id, string person, long? owners = null)
    {
        await host.Store.Signals.AddAsync(
            new Signal
            {
                Id = id,
                Kind = Signal.Spike,
                PersonId = person,
                TeamId = "platform",
                Cause = person.Length > 0 ? $"person:{person}" : "team:platform",
                AtMs = 1_790_000_000_000,
                Cost = 42_000_000_000,
                Subject = "$42.00 within a minute",
                DedupeKey = id,
                OwnersMs = owners,
            },
            Ct);
        return id;
    }

    private async Task<HttpResponseMessage> AnswerAsync(string who, string id, string answer, string text) =>
        await host.As(who).PostAsJsonAsync($"/api/v1/signals/{id}/answer", new { answer, text }, Ct);

    private async Task<string[]> ListAsync(string who)
    {
        var list = await host.As(who).GetFromJsonAsync<JsonElement>("/api/v1/signals", Ct);
        return [.. list.GetProperty("signals").EnumerateArray().Select(signal => signal.GetProperty("id").GetString()!)];
    }
}
