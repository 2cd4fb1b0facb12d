using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Tests.Budgets;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Server.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>One provider's bad hour: the next target answers, the client sees one clean answer, each attempt is metered.</summary>
public sealed class FallbackTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("status-500", Resolution.Voided, false)]
    [InlineData("status-429", Resolution.Voided, false)]
    [InlineData("status-529", Resolution.Voided, true)]
    [InlineData("status-401", Resolution.Voided, true)]
    [InlineData("fault-reset", Resolution.Posted, false)]
    [InlineData("fault-no-answer", Resolution.Posted, true)]
    [InlineData("fault-silent", Resolution.Posted, true)]
    public async Task A_failed_attempt_is_followed_by_one_at_the_next_target(string fault, Resolution resolution, bool stream)
    {
        await using var gateway = await StartAsync(
            config => config.Timeouts.FirstByteSeconds = 1,
            $"openai/{BudgetedGateway.Dime}-sim-{fault}",
            "house/qwen3-coder");
        var budget = await gateway.BudgetAsync("org", "1.00");
        using var client = gateway.Client();

        using var answer = await client.ChatAsync("code", stream: stream);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        text.ShouldContain("qwen3-coder");
        text.ShouldNotContain(BudgetedGateway.Dime);
        if (stream)
        {
            text.ShouldEndWith("data: [DONE]\n\n");
        }

        var attempts = (await gateway.RequestsAsync()).OrderBy(call => call.Provider, StringComparer.Ordinal).ToList();
        attempts.Select(call => call.Provider).ShouldBe(["house", "openai"]);
        attempts[0].RequestId.ShouldBe(attempts[1].RequestId);
        attempts[0].RequestId.ToString().ShouldBe(answer.Headers.GetValues("x-assay-request-id").Single());
        attempts[0].Id.ShouldNotBe(attempts[1].Id);
        attempts[0].Resolution.ShouldBe(Resolution.Posted);
        attempts[1].Resolution.ShouldBe(resolution);

        // What broke after it was sent may be billed: it is charged, and marked as an estimate.
        var cost = resolution == Resolution.Voided ? 0.01m : 0.11m;
        (await gateway.BalanceAsync(budget)).ShouldBe((cost, 0m, 1.00m - cost));
        attempts[1].Marks.HasFlag(UsageMarks.Estimated).ShouldBe(resolution == Resolution.Posted);
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_costs_nothing()
    {
        await using var gateway = await StartAsync(
            config => config.Providers["gone"] = new() { Format = "openai", BaseUrl = "http://127.0.0.1:9", ApiKey = "none" },
            $"gone/{BudgetedGateway.Dime}",
            "house/qwen3-coder");
        using var client = gateway.Client();

        using var answer = await client.ChatAsync("code");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.RequestsAsync()).Select(call => (call.Provider, call.Outcome, call.Resolution)).ShouldBe(
            [("house", CallOutcome.Completed, Resolution.Posted), ("gone", CallOutcome.NotConnected, Resolution.Voided)],
            ignoreOrder: true);
    }

    [Fact]
    public async Task The_last_target_s_own_error_reaches_the_client_as_it_is()
    {
        await using var gateway = await StartAsync(
            $"openai/{BudgetedGateway.Dime}-sim-status-500", $"house/{BudgetedGateway.Dime}-sim-status-429--retry-after-7");
        using var client = gateway.Client();

        using var answer = await client.ChatAsync("code");

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["error"].ShouldNotBeNull();
    }

    [Fact]
    public async Task An_error_of_the_caller_s_own_is_not_tried_elsewhere()
    {
        await using var gateway = await StartAsync(
            $"openai/{BudgetedGateway.Dime}-sim-status-400", "house/qwen3-coder");
        using var client = gateway.Client();

        using var answer = await client.ChatAsync("code");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await gateway.RequestsAsync()).ShouldHaveSingleItem().Provider.ShouldBe("openai");
    }

    [Fact]
    public async Task What_the_client_has_begun_to_read_is_never_continued_by_another()
    {
        await using var gateway = await StartAsync(
            $"openai/{BudgetedGateway.Dime}-sim-fault-cut--at-3", "house/qwen3-coder");
        using var client = gateway.Client();

        await Should.ThrowAsync<HttpRequestException>(async () =>
        {
            using var answer = await client.ChatAsync("code", sim: "tokens=40", stream: true);
            await answer.Content.ReadAsStringAsync(Cancel);
        });

        (await gateway.RequestsAsync()).ShouldHaveSingleItem().Provider.ShouldBe("openai");
    }

    [Fact]
    public async Task The_next_attempt_is_admitted_by_itself()
    {
        await using var gateway = await StartAsync($"openai/{BudgetedGateway.Dime}-sim-status-500", "house/qwen3-coder");
        await gateway.BudgetAsync("provider:house", "0.005");
        using var client = gateway.Client();

        using var answer = await client.ChatAsync("code");

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.GetValues("x-assay-reason").Single().ShouldBe("budget_exceeded");
    }

    [Fact]
    public async Task A_target_that_keeps_failing_is_left_alone()
    {
        await using var gateway = await StartAsync(
            config => config.Resilience.BreakerFailures = 3,
            $"openai/{BudgetedGateway.Dime}-sim-status-500",
            "house/qwen3-coder");
        using var client = gateway.Client();

        for (var i = 0; i < 8; i++)
        {
            using var answer = await client.ChatAsync("code");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await gateway.RequestsAsync()).Count(call => call.Provider == "openai").ShouldBe(3);
        gateway.Server.Services.GetRequiredService<RouteTable>().Find("code")!.Targets[0].Health.AwayUntilMs.ShouldBeGreaterThan(0);
    }

    private static Task<RunningGateway> StartAsync(params string[] targets) => StartAsync(_ => { }, targets);

    private static Task<RunningGateway> StartAsync(Action<AssayConfig> configure, params string[] targets) =>
        RunningGateway.StartAsync(config =>
        {
            BudgetedGateway.Prices(config);
            configure(config);
            config.Models["code"] = new() { Targets = targets };
        });
}
