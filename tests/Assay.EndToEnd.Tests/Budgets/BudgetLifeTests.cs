using System.Net;
using System.Net.Http.Json;
using Assay.EndToEnd.Tests.Gateway;
using Assay.Server.Hosting;
using Assay.Testing;

namespace Assay.EndToEnd.Tests.Budgets;

/// <summary>Budgets over time: made in the middle of a window, restarted, with rate limits beside them.</summary>
public sealed class BudgetLifeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("month", "usd", "5.00")]
    [InlineData("rolling30d", "usd", "5.00")]
    [InlineData("total", "tokens", "100000")]
    public async Task A_budget_made_in_the_middle_of_its_window_knows_what_was_spent_in_it(
        string window, string unit, string limit)
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        using var client = gateway.Client();
        for (var i = 0; i < 3; i++)
        {
            (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        string[] scopes =
        [
            "org", "team:platform", "person:ada@example.com", "use:coding", "model:gpt-d*", "provider:openai",
        ];
        var expected = unit == "usd" ? 0.30m : (await gateway.TotalsAsync()).Counts.TotalTokens;
        foreach (var scope in scopes)
        {
            var budget = await gateway.BudgetAsync(scope, limit, window: window, unit: unit);
            (await gateway.BalanceAsync(budget)).Posted.ShouldBe(expected, scope);
        }

        (await gateway.BalanceAsync(await gateway.BudgetAsync("model:claude-*", limit, window: window, unit: unit)))
            .Posted.ShouldBe(0m);
    }

    // litellm #25374, #16057: counters in memory that a restart resets.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_brings_every_balance_back(bool onPostgres)
    {
        Assert.SkipUnless(!onPostgres || PostgresCluster.IsInstalled, PostgresCluster.HowToInstall);
        await using var cluster = onPostgres ? await PostgresCluster.StartNewAsync(Cancel) : null;
        var store = cluster is null ? "sqlite" : "postgres:" + await cluster.CreateDatabaseAsync(Cancel);
        void Configure(AssayConfig config)
        {
            BudgetedGateway.Prices(config);
            config.Store = store;
        }

        var data = System.IO.Directory.CreateTempSubdirectory("assay-test-").FullName;
        try
        {
            var budgets = new Dictionary<string, (decimal Posted, decimal Pending, decimal Remaining)>();
            await using (var gateway = await RunningGateway.StartAsync(Configure, data: data))
            {
                using var client = gateway.Client();
                (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
                string[] ids =
                [
                    await gateway.BudgetAsync("org", "0.50"),
                    await gateway.BudgetAsync("team:platform", "5000", window: "rolling30d", unit: "tokens"),
                    await gateway.BudgetAsync("person:ada@example.com", "3.00", "warn", "day"),
                    await gateway.BudgetAsync("use:coding", "3.00", window: "rolling30d"),
                ];
                for (var i = 0; i < 3; i++)
                {
                    using var answer = await client.ChatAsync(stream: true);
                    await answer.Content.ReadAsByteArrayAsync(Cancel);
                }

                await gateway.AppliedAsync();
                foreach (var id in ids)
                {
                    budgets[id] = await gateway.BalanceAsync(id);
                }

                budgets[ids[0]].ShouldBe((0.40m, 0m, 0.10m));
            }

            await using var again = await RunningGateway.StartAsync(Configure, data: data);
            foreach (var (id, balance) in budgets)
            {
                (await again.BalanceAsync(id)).ShouldBe(balance);
            }

            using var next = again.Client();
            (await next.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await next.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        }
        finally
        {
            System.IO.Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Rate_limits_are_exact_and_their_headers_true()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        using var put = await gateway.Admin.PutAsJsonAsync(
            "/api/v1/rate-limits", new { scope = "team:platform", requestsPerMinute = 5, concurrentStreams = 3 }, Cancel);
        put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync(Cancel));
        using var client = gateway.Client();

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 6; i++)
        {
            answers.Add(await client.ChatAsync());
        }

        answers.Take(5).Select(a => a.Headers.GetValues("x-ratelimit-remaining-requests").Single())
            .ShouldBe(["4", "3", "2", "1", "0"]);
        answers[0].Headers.GetValues("x-ratelimit-limit-requests").Single().ShouldBe("5");
        answers[5].StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answers[5].Headers.GetValues("x-assay-reason").Single().ShouldBe("rate_limited");
        answers[5].Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        (await answers[5].Content.ReadAsStringAsync(Cancel)).ShouldContain("team:platform may make 5 calls a minute");
    }
}
