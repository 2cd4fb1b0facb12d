using System.Net;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>What happens to the answer and to the money when something goes wrong.</summary>
public sealed class FailureTests
{
    private const string Stream = """{"model":"claude-sonnet-5","max_tokens":500,"stream":true,"messages":[{"role":"user","content":"Tell me a story."}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_leaves_mid_stream_is_charged_what_was_forwarded()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();
        using (var answer = await SendAsync(client, "fault=stall;at=5;tokens=200;events=20"))
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
            await ReadUntilAsync(stream, "content_block_delta");
        }

        var call = await gateway.OnlyRequestAsync();

        call.Outcome.ShouldBe(CallOutcome.ClientGone);
        call.Resolution.ShouldBe(Resolution.Posted);
        call.Marks.HasFlag(UsageMarks.Estimated).ShouldBeTrue();
        call.Counts.TotalOutputTokens.ShouldBeInRange(1, 200);
        call.Cost.ShouldBeGreaterThan(NanoUsd.Zero);
        var sim = await LastAsync(gateway);
        sim.End.ShouldBe(SimEnd.ClientGone);
        call.Counts.TotalInputTokens.ShouldBe(sim.Usage.AllInput);
    }

    [Fact]
    public async Task With_drain_a_client_that_leaves_is_charged_exactly()
    {
        await using var gateway = await RunningGateway.StartAsync(c => c.OnClientGone = "drain");
        using var client = gateway.Client();
        using (var answer = await SendAsync(client, "delay=20ms;tokens=60;events=10"))
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
            await ReadUntilAsync(stream, "message_start");
        }

        var call = await gateway.OnlyRequestAsync();

        call.Outcome.ShouldBe(CallOutcome.ClientGone);
        call.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse();
        call.Counts.ShouldBe(SimTruth.Counts((await LastAsync(gateway)).Usage));
    }

    [Theory]
    [InlineData("fault=cut-mid-event;at=4;delay=50ms")]
    [InlineData("fault=reset;at=4;delay=50ms")]
    [InlineData("fault=cut;at=4;delay=50ms")]
    public async Task A_stream_that_the_provider_breaks_does_not_look_complete(string instructions)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();
        using var answer = await SendAsync(client, instructions);

        var fault = await Record.ExceptionAsync(() => answer.Content.ReadAsStringAsync(Cancel));

        var call = await gateway.OnlyRequestAsync();
        call.Outcome.ShouldBe(CallOutcome.ProviderBroke);
        fault.ShouldNotBeNull();
        call.Marks.HasFlag(UsageMarks.Estimated).ShouldBeTrue();
        call.Counts.TotalInputTokens.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("usage=never", true)]
    [InlineData("usage=twice", false)]
    [InlineData("usage=every", false)]
    [InlineData("usage=last-choice", false)]
    [InlineData("usage=zero", false)]
    public async Task However_a_compatible_server_tells_usage_it_is_counted_once(string instructions, bool estimated)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"gpt-5.5","stream":true,"messages":[{"role":"user","content":"Hello"}]}"""),
        };
        request.Headers.TryAddWithoutValidation("x-sim", instructions + ";tokens=40");

        using var answer = await client.SendAsync(request, Cancel);
        answer.EnsureSuccessStatusCode();

        var call = await gateway.OnlyRequestAsync();
        call.Marks.HasFlag(UsageMarks.Estimated).ShouldBe(estimated);
        if (!estimated)
        {
            call.Counts.ShouldBe(SimTruth.Counts((await LastAsync(gateway)).Usage));
        }
        else
        {
            call.Cost.ShouldBeGreaterThan(NanoUsd.Zero);
        }
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_costs_nothing()
    {
        await using var gateway = await RunningGateway.StartAsync(
            c => c.Providers["anthropic"].BaseUrl = "http://127.0.0.1:9");
        using var client = gateway.Client();

        using var answer = await SendAsync(client, "");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        answer.Headers.GetValues("x-assay-reason").ShouldBe(["provider_unreachable"]);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("\"type\":\"api_error\"");
        var call = await gateway.OnlyRequestAsync();
        call.Outcome.ShouldBe(CallOutcome.NotConnected);
        call.Resolution.ShouldBe(Resolution.Voided);
        call.Cost.ShouldBe(NanoUsd.Zero);
    }

    [Fact]
    public async Task A_provider_that_never_answers_times_out_and_its_estimate_is_charged()
    {
        await using var gateway = await RunningGateway.StartAsync(c => c.Timeouts.FirstByteSeconds = 1);
        using var client = gateway.Client();

        using var answer = await SendAsync(client, "fault=no-answer");

        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        var call = await gateway.OnlyRequestAsync();
        call.Outcome.ShouldBe(CallOutcome.ProviderSilent);
        call.Marks.HasFlag(UsageMarks.Estimated).ShouldBeTrue();
        call.Cost.ShouldBe(call.Reserved);
    }

    [Fact]
    public async Task A_model_without_a_price_is_charged_the_fallback_and_marked()
    {
        await using var gateway = await RunningGateway.StartAsync(c => c.Models["odd"] = new() { Targets = ["openai/odd-model"] });
        using var client = gateway.Client();

        using var answer = await client.PostAsync(
            "/v1/chat/completions",
            new StringContent("""{"model":"odd","messages":[{"role":"user","content":"Hello"}]}"""),
            Cancel);

        answer.EnsureSuccessStatusCode();
        var call = await gateway.OnlyRequestAsync();
        call.Model.ShouldBe("odd-model");
        call.RequestedModel.ShouldBe("odd");
        call.Marks.HasFlag(UsageMarks.Unpriced | UsageMarks.FallbackPrice).ShouldBeTrue();
        call.Cost.Nanos.ShouldBe((call.Counts[UsageClass.Input] * 15_000) + (call.Counts.TotalOutputTokens * 75_000));
    }

    [Fact]
    public async Task A_model_without_a_price_can_be_refused_before_anything_is_sent()
    {
        await using var gateway = await RunningGateway.StartAsync(c =>
        {
            c.Models["odd"] = new() { Targets = ["openai"] };
            c.Prices.Unknown = "refuse";
        });
        using var client = gateway.Client();

        using var answer = await client.PostAsync(
            "/v1/chat/completions", new StringContent("""{"model":"odd","messages":[]}"""), Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        answer.Headers.GetValues("x-assay-reason").ShouldBe(["unpriced_refused"]);
        gateway.Sim.Tally.Total.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_in_the_caller_s_format()
    {
        await using var gateway = await RunningGateway.StartAsync(c => c.Limits.BodyBytesMax = 2000);
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Content = new StringContent(new string(' ', 3000)),
        };

        using var answer = await client.SendAsync(request, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("\"type\":\"request_too_large\"");
    }

    [Fact]
    public async Task A_body_that_names_two_models_is_refused()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();

        using var answer = await client.PostAsync(
            "/v1/chat/completions",
            new StringContent("""{"model":"gpt-5.5","messages":[],"model":"gpt-5.4-mini"}"""),
            Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.GetValues("x-assay-reason").ShouldBe(["body_malformed"]);
        gateway.Sim.Tally.Total.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_has_only_so_many_calls_under_way()
    {
        await using var gateway = await RunningGateway.StartAsync(c => c.Limits.StreamsPerKeyMax = 1);
        using var client = gateway.Client();
        using var first = await SendAsync(client, "fault=stall;at=1");

        using var second = await SendAsync(client, "");

        second.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        second.Headers.GetValues("x-assay-reason").ShouldBe(["too_many_streams"]);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string instructions)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new StringContent(Stream) };
        request.Headers.TryAddWithoutValidation("x-sim", instructions);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    private static async Task ReadUntilAsync(Stream stream, string text)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(Cancel) is { } line)
        {
            if (line.Contains(text))
            {
                return;
            }
        }

        Assert.Fail($"'{text}' never came");
    }

    private static async Task<SimCall> LastAsync(RunningGateway gateway)
    {
        await gateway.Sim.Tally.QuietAsync(Cancel);
        return gateway.Sim.Tally.Calls[^1];
    }
}
