using System.Net;
using System.Net.Http.Json;
using Assay.EndToEnd.Tests.Gateway;
using Assay.Ledger.Usage;

namespace Assay.EndToEnd.Tests.Budgets;

/// <summary>What happens to a call that a budget has no room for, and to those that come close.</summary>
public sealed class AtLimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_budget_that_warns_lets_everything_pass_and_counts_it()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        var budget = await gateway.BudgetAsync("team:platform", "0.20", "warn");
        using var client = gateway.Client();

        for (var i = 0; i < 4; i++)
        {
            using var answer = await client.ChatAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.Contains("x-assay-budget-remaining").ShouldBeFalse();
        }

        (await gateway.BalanceAsync(budget)).ShouldBe((0.40m, 0m, -0.20m));
    }

    [Fact]
    public async Task A_budget_that_reroutes_sends_calls_to_its_cheaper_target_and_says_so()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        var own = await gateway.BudgetAsync("person:ada@example.com", "0.25", "reroute", rerouteTo: "house/qwen3-coder");
        var org = await gateway.BudgetAsync("org", "0.22");
        using var client = gateway.Client();

        using var first = await client.ChatAsync();
        using var second = await client.ChatAsync();
        using var third = await client.ChatAsync(stream: true);
        await third.Content.ReadAsByteArrayAsync(Cancel);
        using var fourth = await client.ChatAsync();
        using var fifth = await client.ChatAsync();

        first.Headers.Contains("x-assay-rerouted").ShouldBeFalse();
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        third.Headers.GetValues("x-assay-rerouted").Single().ShouldBe("house/qwen3-coder");
        (await fourth.Content.ReadAsStringAsync(Cancel)).ShouldContain("qwen3-coder");

        // The cheaper target costs a cent; the org's own hard limit still holds for it.
        fifth.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await fifth.Content.ReadAsStringAsync(Cancel)).ShouldContain("budget of org");
        (await gateway.BalanceAsync(org)).Posted.ShouldBe(0.22m);
        (await gateway.BalanceAsync(own)).Posted.ShouldBe(0.22m);
        (await gateway.RequestsAsync()).Count(call => call.Provider == "house" && call.RequestedModel == BudgetedGateway.Dime)
            .ShouldBe(2);
    }

    [Fact]
    public async Task A_call_that_cannot_go_elsewhere_is_refused()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        await gateway.BudgetAsync("person:ada@example.com", "0.05", "reroute", rerouteTo: "anthropic/claude-sonnet-5");
        using var client = gateway.Client();

        // Chat could be translated; an embedding cannot be said in Anthropic's format at all.
        using var chat = await client.ChatAsync();
        using var embedding = await client.PostAsJsonAsync(
            "/v1/embeddings", new { model = BudgetedGateway.Dime, input = "Count." }, Cancel);

        chat.StatusCode.ShouldBe(HttpStatusCode.OK);
        chat.Headers.GetValues("x-assay-rerouted").Single().ShouldBe("anthropic/claude-sonnet-5");
        embedding.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_budget_that_throttles_lets_calls_pass_one_at_a_time_and_sends_the_rest_away()
    {
        await using var gateway = await RunningGateway.StartAsync(c =>
        {
            BudgetedGateway.Prices(c);
            c.Budgets.ThrottleSeconds = 3600;
        });
        await gateway.BudgetAsync("person:ada@example.com", "0.10", "throttle");
        using var client = gateway.Client();

        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK, "its turn has come");
        using var third = await client.ChatAsync();

        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        third.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(3000, 3600);
    }

    [Fact]
    public async Task A_changed_limit_holds_for_the_very_next_call()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        var budget = await gateway.BudgetAsync("person:ada@example.com", "0.10");
        using var client = gateway.Client();
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        using var raised = await gateway.Admin.PatchAsJsonAsync($"/api/v1/budgets/{budget}", new { limit = "0.30" }, Cancel);
        raised.EnsureSuccessStatusCode();
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var lowered = await gateway.Admin.PatchAsJsonAsync($"/api/v1/budgets/{budget}", new { limit = "0.05" }, Cancel);
        lowered.EnsureSuccessStatusCode();
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    // litellm #11083, bifrost #2873: limits that other paths walk around.
    [Theory]
    [InlineData("/v1/embeddings", """{"model":"gpt-dime-e","input":"hello"}""")]
    [InlineData("/v1/completions", """{"model":"gpt-dime","prompt":"hello","max_tokens":5}""")]
    [InlineData("/v1/responses", """{"model":"gpt-dime","input":"hello","max_output_tokens":20}""")]
    [InlineData("/providers/openai/v1/chat/completions", """{"model":"gpt-dime","messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/providers/openai/v1/images/generations", """{"prompt":"a cat"}""")]
    public async Task Every_path_is_governed(string path, string body)
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        await gateway.BudgetAsync("person:ada@example.com", "0.05");
        using var client = gateway.Client();

        using var answer = await client.PostAsync(path, new StringContent(body, null, "application/json"), Cancel);

        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.TooManyRequests, HttpStatusCode.Forbidden);
        answer.Headers.GetValues("x-assay-reason").Single().ShouldBeOneOf("budget_exceeded", "unmetered_refused");
        gateway.Sim.Tally.Total.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_that_outgrows_its_reservation_ends_cleanly_when_nothing_is_left()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        await gateway.BudgetAsync("person:ada@example.com", "300", unit: "tokens");
        using var client = gateway.Client();

        // The model ignores the bound of 100 tokens.
        using var answer = await client.ChatAsync("gpt-dime", "tokens=5000;events=200", stream: true, bound: 100);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        text.ShouldContain("a budget has nothing left for more");
        var call = await gateway.OnlyRequestAsync();
        call.Outcome.ShouldBe(CallOutcome.BudgetExhausted);
        call.Marks.HasFlag(UsageMarks.Estimated).ShouldBeTrue();
        call.Counts.TotalOutputTokens.ShouldBeLessThan(5000);
    }

    [Fact]
    public async Task A_stream_with_room_to_grow_grows()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        var budget = await gateway.BudgetAsync("person:ada@example.com", "20000", unit: "tokens");
        using var client = gateway.Client();

        using var answer = await client.ChatAsync("gpt-dime", "tokens=5000;events=200", stream: true, bound: 100);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        text.ShouldContain("[DONE]");
        var call = await gateway.OnlyRequestAsync();
        call.Outcome.ShouldBe(CallOutcome.Completed);
        var (posted, pending, _) = await gateway.BalanceAsync(budget);
        posted.ShouldBe(call.Counts.TotalTokens);
        pending.ShouldBe(0m);
    }
}
