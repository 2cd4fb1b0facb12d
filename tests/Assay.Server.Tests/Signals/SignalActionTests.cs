using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Server.Hosting;
using Assay.Server.Signals;

namespace Assay.Server.Tests.Signals;

/// <summary>What calls feel of signals, over real HTTP through the whole gateway.</summary>
public sealed class SignalActionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_that_spends_too_fast_is_stopped_and_told_why_in_its_own_format()
    {
        await using var gateway = await StartAsync((Signal.SessionCost, "stop"));
        await OkAsync(gateway.ChatAsync("s1", tokens: 100_000));
        var signal = await gateway.SignalAsync(Signal.SessionCost);

        var openAI = await StoppedAsync(gateway.ChatAsync("s1"));
        var told = openAI["error"]!["message"]!.GetValue<string>();
        told.ShouldContain("This session was stopped: A session spent $");
        told.ShouldContain($"https://ai.example.com/signals/{signal.Id}");
        told.ShouldContain("Begin a new session");
        told.ShouldContain("It ends by itself at 2026-08-17T10:00:");
        (await StoppedAsync(gateway.MessageAsync("s1")))["error"]!["type"]!.GetValue<string>().ShouldBe("permission_error");
        (await StoppedAsync(gateway.GenerateAsync("s1")))["error"]!["status"]!.GetValue<string>().ShouldBe("PERMISSION_DENIED");

        // Work goes on elsewhere, and the models can be listed. What goes round in a circle is told of by default, and no call feels it.
        await OkAsync(gateway.ChatAsync("s2"));
        await OkAsync(gateway.Ada.GetAsync("/v1/models", Ct));
        (await gateway.LoopAsync("s3")).ActionUntilMs.ShouldBeNull();
        (await OkAsync(gateway.ChatAsync("s3"))).Headers.Contains("x-assay-signal").ShouldBeFalse();
        (await gateway.AuditAsync()).Count(action => action == "ActOnSignal").ShouldBe(1);
    }

    [Fact]
    public async Task It_ends_by_an_answer_by_those_who_answer_for_the_team_or_by_itself_and_is_felt_over_a_restart()
    {
        await using var gateway = await StartAsync((Signal.SessionLoop, "stop"));

        // Planned: the person's answer ends it at once.
        var planned = await gateway.LoopAsync("s1");
        await StoppedAsync(gateway.ChatAsync("s1"));
        await OkAsync(AnswerAsync(gateway, planned, "planned", "waits for a runner, JIRA-12"));
        await OkAsync(gateway.ChatAsync("s1"));
        var now = (await gateway.Store.Signals.FindAsync(planned.Id, Ct))!;
        now.LiftedBy.ShouldBe(now.PersonId);

        // A mistake: it goes on until somebody who answers for the team ends it.
        var mistake = await gateway.LoopAsync("s2");
        var lift = $"/api/v1/signals/{mistake.Id}/lift";
        (await gateway.Boss.PostAsync(lift, null, Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await OkAsync(AnswerAsync(gateway, mistake, "mistake", "it hangs"));
        await StoppedAsync(gateway.ChatAsync("s2"));
        (await gateway.Ada.PostAsync(lift, null, Ct)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var lifted = await OkAsync(gateway.Boss.PostAsync(lift, null, Ct));
        (await lifted.Content.ReadFromJsonAsync<JsonNode>(Ct))!["liftedBy"]!.GetValue<string>().ShouldBe("boss@example.com");
        await OkAsync(gateway.ChatAsync("s2"));
        (await gateway.Boss.PostAsync(lift, null, Ct)).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        // Unanswered: it is felt after a restart too, and ends by itself.
        await gateway.LoopAsync("s3");
        await gateway.RestartAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        while ((await gateway.ChatAsync("s3")).StatusCode != HttpStatusCode.Forbidden)
        {
            Ct.ThrowIfCancellationRequested();
        }

        gateway.Time.Advance(TimeSpan.FromMinutes(61));
        await OkAsync(gateway.ChatAsync("s3"));
        (await gateway.AuditAsync()).Count(action => action is "ActOnSignal" or "AnswerSignal" or "LiftSignalAction").ShouldBe(6);
    }

    [Fact]
    public async Task A_work_ref_is_asked_for_or_only_so_many_calls_a_minute_pass_and_the_others_learn_when()
    {
        await using var gateway = await StartAsync((Signal.SessionLoop, "work-ref"), (Signal.SessionCost, "rate-limit"));
        var loop = await gateway.LoopAsync("s1");
        var refused = await gateway.ChatAsync("s1");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        refused.Headers.GetValues("x-assay-reason").ShouldBe(["work_ref_required"]);
        (await refused.Content.ReadAsStringAsync(Ct)).ShouldContain("x-assay-work: JIRA-12");
        var passed = await OkAsync(gateway.ChatAsync("s1", work: "JIRA-7"));
        passed.Headers.GetValues("x-assay-signal").ShouldBe([$"https://ai.example.com/signals/{loop.Id}"]);

        await OkAsync(gateway.ChatAsync("s2", tokens: 100_000));
        await gateway.SignalAsync(Signal.SessionCost);
        await OkAsync(gateway.ChatAsync("s2"));
        var kept = await gateway.ChatAsync("s2");
        kept.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        kept.Headers.GetValues("x-assay-reason").ShouldBe(["signal_limited"]);
        kept.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
        await OkAsync(gateway.ChatAsync("s3"));
        gateway.Time.Advance(TimeSpan.FromSeconds(10));
        await OkAsync(gateway.ChatAsync("s2"));
    }

    [Fact]
    public async Task A_call_that_is_slowed_waits_and_says_so_and_one_that_is_asked_is_led_to_the_question()
    {
        await using var gateway = await StartAsync((Signal.SessionLoop, "slow"), (Signal.SessionCost, "ask"));
        await gateway.LoopAsync("s1");
        var call = gateway.ChatAsync("s1");
        while (await gateway.Time.NextWaitAsync(Ct) != TimeSpan.FromSeconds(7))
        {
        }

        call.IsCompleted.ShouldBeFalse();
        gateway.Time.Advance(TimeSpan.FromSeconds(7));
        (await OkAsync(call)).Headers.GetValues("x-assay-slowed-ms").ShouldBe(["7000"]);

        await OkAsync(gateway.ChatAsync("s2", tokens: 100_000));
        var signal = await gateway.SignalAsync(Signal.SessionCost);
        (await OkAsync(gateway.ChatAsync("s2"))).Headers.GetValues("x-assay-signal").Single().ShouldEndWith(signal.Id);
    }

    [Fact]
    public async Task A_spike_of_one_key_stops_that_key_alone()
    {
        await using var gateway = await StartAsync((Signal.Spike, "stop"));
        for (var i = 0; i < 4; i++)
        {
            await OkAsync(gateway.ChatAsync($"s{i}", tokens: 900_000));
        }

        (await gateway.SignalAsync(Signal.Spike)).ActionOn.ShouldStartWith("key:");
        var stopped = await StoppedAsync(gateway.ChatAsync("s9"));
        stopped["error"]!["message"]!.GetValue<string>().ShouldContain("Calls with this key were stopped");
        await OkAsync(gateway.Boss.PostAsJsonAsync("/v1/chat/completions", new { model = "gpt-5.5", messages = new[] { new { role = "user", content = "hello" } } }, Ct));
    }

    [Theory]
    [InlineData("spikes", "stop", "there is no such kind")]
    [InlineData("spike", "halt", "must be one of off, notify, ask, slow, work-ref, rate-limit, stop")]
    [InlineData("padding", "stop", "nothing is left to stop")]
    public void A_policy_that_cannot_be_is_refused_with_what_to_write(string kind, string action, string fault)
    {
        var config = new AssayConfig { Signals = { Actions = { [kind] = action } } };
        ConfigRules.Check(config).ShouldContain(said => said.StartsWith($"signals.actions.{kind}: ") && said.Contains(fault));
    }

    [Fact]
    public void Numbers_of_a_policy_have_bounds()
    {
        var config = new AssayConfig
        {
            Signals = { HoldMinutes = 0, SlowSeconds = 61, CallsPerMinute = 0, SessionRepeats = 4, SessionUsdPerMinute = "-1" },
        };
        ConfigRules.Check(config).Count(fault => fault.StartsWith("signals.", StringComparison.Ordinal)).ShouldBe(5);
    }

    private static Task<SignalGateway> StartAsync(params (string Kind, string Action)[] actions) => SignalGateway.StartAsync(config =>
    {
        foreach (var (kind, action) in actions)
        {
            config.Actions[kind] = action;
        }

        (config.SessionRepeats, config.SessionUsdPerMinute, config.SlowSeconds) = (5, "0.4", 7);
    });

    private static Task<HttpResponseMessage> AnswerAsync(SignalGateway gateway, Signal signal, string answer, string text) =>
        gateway.Ada.PostAsJsonAsync($"/api/v1/signals/{signal.Id}/answer", new { answer, text }, Ct);

    private static async Task<HttpResponseMessage> OkAsync(Task<HttpResponseMessage> call)
    {
        var answer = await call;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Ct));
        return answer;
    }

    private static async Task<JsonNode> StoppedAsync(Task<HttpResponseMessage> call)
    {
        var answer = await call;
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, await answer.Content.ReadAsStringAsync(Ct));
        answer.Headers.GetValues("x-assay-reason").ShouldBe(["signal_stopped"]);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Ct))!;
    }
}
