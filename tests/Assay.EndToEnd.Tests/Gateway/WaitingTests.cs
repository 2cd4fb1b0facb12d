using System.Net;
using Assay.Ledger.Usage;
using Assay.Server.Proxy.Waiting;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Calls that wait while every target is busy.</summary>
public sealed class WaitingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_wait_for_a_place_and_all_are_answered_while_the_provider_never_gets_more_than_it_takes()
    {
        await using var gateway = await RunningGateway.StartAsync(config =>
        {
            config.Providers["openai"].CallsMax = 2;
            config.Queue.WaitSeconds = 60;
        });
        using var http = gateway.Client();
        http.DefaultRequestHeaders.Add("x-sim", "first=30ms;tokens=3");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => TranslationTests.SendAsync(http, "chat", "gpt-5.5", stream: false)));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        var rows = await gateway.RequestsAsync();
        rows.Count.ShouldBe(12);
        gateway.Server.Services.GetRequiredService<WaitingRoom>().Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task A_line_that_is_full_refuses_and_a_client_that_leaves_leaves_the_line()
    {
        await using var gateway = await RunningGateway.StartAsync(config =>
        {
            config.Providers["openai"].CallsMax = 1;
            config.Queue = new() { WaitSeconds = 60, LengthMax = 1 };
        });
        var room = gateway.Server.Services.GetRequiredService<WaitingRoom>();
        using var http = gateway.Client();
        using var busy = gateway.Client();
        busy.DefaultRequestHeaders.Add("x-sim", "fault=no-answer");
        using var leaving = new CancellationTokenSource();
        var first = busy.PostAsync("/v1/chat/completions", Body(), leaving.Token);
        await Wait.UntilAsync(() => gateway.Sim.Tally.UnderWay == 1, "the first call is at the provider", Cancel);
        var second = http.PostAsync("/v1/chat/completions", Body(), Cancel);
        await Wait.UntilAsync(() => room.Waiting == 1, "the second call waits", Cancel);

        using var third = await http.PostAsync("/v1/chat/completions", Body(), Cancel);
        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        third.Headers.GetValues("x-assay-reason").ShouldBe(["provider_busy"]);
        third.Headers.RetryAfter.ShouldNotBeNull();

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        using var answered = await second;
        answered.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_call_waits_until_a_pause_is_over_that_its_only_target_asked_for()
    {
        await using var gateway = await RunningGateway.StartAsync(config => config.Queue.WaitSeconds = 30);
        using var http = gateway.Client();
        gateway.Sim.Script.Enqueue("status=429;retry-after=1");
        using var refused = await http.PostAsync("/v1/chat/completions", Body(), Cancel);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        using var answered = await http.PostAsync("/v1/chat/completions", Body(), Cancel);

        answered.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.RequestsAsync()).Count(row => row.Resolution == Resolution.Voided).ShouldBe(1);
    }

    private static StringContent Body() => new(
        """{"model":"gpt-5.5","messages":[{"role":"user","content":"hi"}]}""", System.Text.Encoding.UTF8, "application/json");
}
