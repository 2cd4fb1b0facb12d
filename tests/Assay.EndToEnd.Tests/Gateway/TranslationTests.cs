using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Hosting;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Any client, any model: calls that pass through the gateway in one format and reach the provider in another.</summary>
public sealed class TranslationTests
{
    private static readonly (string Name, string Target)[] s_models =
        [("chat-model", "openai/gpt-5.5"), ("claude-model", "anthropic/claude-sonnet-5"), ("gemini-model", "gemini/gemini-2.5-flash")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("chat", "claude-model", "gemini-model")]
    [InlineData("responses", "chat-model", "claude-model", "gemini-model")]
    [InlineData("messages", "chat-model", "gemini-model")]
    [InlineData("gemini", "chat-model", "claude-model")]
    public async Task A_call_is_answered_in_its_own_format_and_metered_exactly(string client, params string[] models)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        foreach (var model in models)
        {
            await CheckAsync(gateway, http, client, model, stream: false);
            await CheckAsync(gateway, http, client, model, stream: true);
        }
    }

    private static async Task CheckAsync(RunningGateway gateway, HttpClient http, string client, string model, bool stream)
    {
        using var answer = await SendAsync(http, client, model, stream);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(stream ? "text/event-stream" : "application/json");
        var id = answer.Headers.GetValues("x-assay-request-id").Single();
        var row = (await gateway.RequestsAsync()).Single(call => call.RequestId.ToString() == id);
        await gateway.Sim.Tally.QuietAsync(Cancel);
        var (counts, cost) = RunningGateway.TruthOf([gateway.Sim.Tally.Calls[^1]]);
        var metered = row.Counts;
        metered[UsageClass.Request] = counts[UsageClass.Request];
        metered.ShouldBe(counts);
        row.Cost.ShouldBe(cost);
        row.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse();
        row.RequestedModel.ShouldBe(model);

        // What the client is told is what was metered, in the terms of its own format.
        var told = Told(client, model, stream, text);
        told.HasOutput.ShouldBeTrue(text);
        told.Counts.TotalOutputTokens.ShouldBe(counts.TotalOutputTokens);
        told.Counts.TotalInputTokens.ShouldBe(counts.TotalInputTokens);
        text.ShouldContain(client == "gemini" ? "\"modelVersion\"" : $"\"{model}\"");
    }

    [Theory]
    [InlineData("messages", "chat-model", 429, "rate_limit_error")]
    [InlineData("messages", "gemini-model", 400, "invalid_request_error")]
    [InlineData("chat", "claude-model", 529, "error")]
    [InlineData("responses", "claude-model", 500, "error")]
    [InlineData("gemini", "claude-model", 429, "RESOURCE_EXHAUSTED")]
    public async Task An_error_is_told_in_the_client_s_format(string client, string model, int status, string says)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        http.DefaultRequestHeaders.Add("x-sim", $"status={status};retry-after=3");

        using var answer = await SendAsync(http, client, model, stream: true);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        ((int)answer.StatusCode).ShouldBeGreaterThanOrEqualTo(400);
        text.ShouldContain(says);
        JsonNode.Parse(text)!.ToString().ShouldContain("error");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
        (await gateway.OnlyRequestAsync()).Resolution.ShouldBe(Resolution.Voided);
    }

    [Theory]
    [InlineData("messages", "chat-model", "event: error")]
    [InlineData("chat", "claude-model", "\"error\"")]
    [InlineData("responses", "gemini-model", "event: response.failed")]
    public async Task A_stream_that_breaks_off_ends_with_an_error_and_never_as_if_it_were_whole(
        string client, string model, string says)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        http.DefaultRequestHeaders.Add("x-sim", "fault=cut;at=1;tokens=60");

        using var answer = await SendAsync(http, client, model, stream: true);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        text.ShouldContain(says);
        text.ShouldNotContain("message_stop");
        text.ShouldNotContain("response.completed");
        text.ShouldNotContain("\"finish_reason\":\"stop\"");
        (await gateway.OnlyRequestAsync()).Outcome.ShouldBe(CallOutcome.ProviderBroke);
    }

    [Fact]
    public async Task A_call_falls_back_into_another_format_and_the_client_sees_one_clean_answer()
    {
        await using var gateway = await StartAsync(config => config.Models["code"] = new()
        {
            Targets = ["anthropic/claude-sonnet-5-sim-status-529", "openai/gpt-5.5", "gemini/gemini-2.5-flash"],
        });
        using var http = gateway.Client();

        using var answer = await SendAsync(http, "messages", "code", stream: true);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        text.ShouldStartWith("event: message_start");
        text.ShouldContain("event: message_stop");
        (await gateway.RequestsAsync()).Select(call => (call.Provider, call.Resolution)).ShouldBe(
            [("anthropic", Resolution.Voided), ("openai", Resolution.Posted)], ignoreOrder: true);
    }

    [Fact]
    public async Task What_one_target_cannot_be_asked_goes_to_one_that_can()
    {
        await using var gateway = await StartAsync(config => config.Models["code"] = new()
        {
            Targets = ["anthropic/claude-sonnet-5", "openai/gpt-5.5"],
        });
        using var http = gateway.Client();

        using var answer = await http.PostAsJsonAsync(
            "/v1/chat/completions",
            new { model = "code", n = 2, messages = new[] { new { role = "user", content = "Count." } } },
            Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        (await gateway.OnlyRequestAsync()).Provider.ShouldBe("openai");
    }

    [Fact]
    public async Task A_whole_answer_that_broke_off_before_it_was_translated_comes_from_the_next_target()
    {
        await using var gateway = await StartAsync(config => config.Models["code"] = new()
        {
            Targets = ["openai/gpt-5.5-sim-fault-cut", "anthropic/claude-sonnet-5"],
        });
        using var http = gateway.Client();

        using var answer = await SendAsync(http, "messages", "code", stream: false);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        JsonNode.Parse(text)!["type"]!.GetValue<string>().ShouldBe("message");
        (await gateway.RequestsAsync()).Select(call => (call.Provider, call.Outcome, call.Resolution)).ShouldBe(
            [("openai", CallOutcome.ProviderBroke, Resolution.Posted), ("anthropic", CallOutcome.Completed, Resolution.Posted)],
            ignoreOrder: true);
    }

    [Fact]
    public async Task What_cannot_be_carried_is_named_and_what_would_change_the_meaning_is_refused()
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();

        using var named = await http.PostAsJsonAsync(
            "/v1/chat/completions",
            new
            {
                model = "claude-model",
                logit_bias = new Dictionary<string, int> { ["50256"] = -100 },
                messages = new[] { new { role = "user", content = "Count." } },
            },
            Cancel);
        using var refused = await http.PostAsJsonAsync(
            "/v1/chat/completions",
            new { model = "claude-model", n = 3, messages = new[] { new { role = "user", content = "Count." } } },
            Cancel);

        named.StatusCode.ShouldBe(HttpStatusCode.OK, await named.Content.ReadAsStringAsync(Cancel));
        named.Headers.GetValues("x-assay-dropped").Single().ShouldContain("logit_bias");
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync(Cancel)).ShouldContain("'claude-model'");
        (await gateway.RequestsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_provider_gets_nothing_that_belongs_to_the_client_s_format_or_key()
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        http.DefaultRequestHeaders.Add("anthropic-beta", "context-1m");
        http.DefaultRequestHeaders.Add("x-own", "kept");

        using var answer = await SendAsync(http, "messages", "chat-model", stream: false);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await gateway.Sim.Tally.QuietAsync(Cancel);
        var sent = gateway.Sim.Tally.Capture(gateway.Sim.Tally.Calls.ShouldHaveSingleItem().Id).ShouldNotBeNull();
        sent.Target.ShouldBe("/v1/chat/completions");
        var headers = sent.RequestHeaders.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase);
        headers.Keys.ShouldNotContain("anthropic-beta");
        headers["x-own"].ShouldBe("kept");
        headers["Authorization"].ShouldBe("Bearer sk-company");
        Encoding.UTF8.GetString(sent.RequestBody.Span).ShouldContain("\"gpt-5.5\"");
    }

    private static Task<RunningGateway> StartAsync(Action<AssayConfig>? configure = null) => RunningGateway.StartAsync(config =>
    {
        config.Providers["openai"].Responses = false;
        foreach (var (name, target) in s_models)
        {
            config.Models[name] = new() { Targets = [target] };
        }

        configure?.Invoke(config);
    });

    internal static Task<HttpResponseMessage> SendAsync(HttpClient http, string client, string model, bool stream)
    {
        var (path, body) = client switch
        {
            "chat" => ("/v1/chat/completions", (object)new
            {
                model,
                stream,
                stream_options = stream ? new { include_usage = true } : null,
                messages = new[] { new { role = "user", content = "Count to ten." } },
            }),
            "responses" => ("/v1/responses", new { model, stream, input = "Count to ten." }),
            "messages" => ("/v1/messages", new
            {
                model,
                stream,
                max_tokens = 300,
                messages = new[] { new { role = "user", content = "Count to ten." } },
            }),
            _ => ($"/v1beta/models/{model}:{(stream ? "streamGenerateContent?alt=sse" : "generateContent")}", new
            {
                contents = new[] { new { role = "user", parts = new[] { new { text = "Count to ten." } } } },
            }),
        };
        return http.PostAsJsonAsync(path, body, new System.Text.Json.JsonSerializerOptions
        {
            DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        }, Cancel);
    }

    internal static UsageReading Told(string client, string model, bool stream, string text)
    {
        var match = client switch
        {
            "chat" => new RouteMatch(WireFormat.OpenAI, Operation.ChatCompletions),
            "responses" => new RouteMatch(WireFormat.OpenAI, Operation.Responses),
            "messages" => new RouteMatch(WireFormat.Anthropic, Operation.Messages),
            _ => new RouteMatch(
                WireFormat.Gemini, stream ? Operation.StreamGenerateContent : Operation.GenerateContent, model, Version: "v1beta"),
        };
        var tap = UsageTaps.Create(match, stream, "");
        tap.Observe(Encoding.UTF8.GetBytes(text));
        return tap.Complete();
    }
}
