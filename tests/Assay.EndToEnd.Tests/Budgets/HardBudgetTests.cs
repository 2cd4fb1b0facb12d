using System.Net;
using System.Net.Http.Json;
using Assay.EndToEnd.Tests.Gateway;

namespace Assay.EndToEnd.Tests.Budgets;

/// <summary>A hard budget is a promise: nobody gets past it by asking often, and nobody is refused what fits.</summary>
public sealed class HardBudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // What check-then-act gateways get wrong (new-api #6609, one-api #2440, litellm #34732): parallel calls pass together.
    [Fact]
    public async Task A_thousand_calls_at_once_cannot_overspend()
    {
        await using var gateway = await RunningGateway.StartAsync(c =>
        {
            BudgetedGateway.Prices(c);
            c.Limits.StreamsPerKeyMax = 2000;
        });
        var budget = await gateway.BudgetAsync("person:ada@example.com", "5.00");
        using var client = gateway.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => client.ChatAsync()));

        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(50);
        answers.Where(a => a.StatusCode != HttpStatusCode.OK).ShouldAllBe(a =>
            a.StatusCode == HttpStatusCode.TooManyRequests
            && a.Headers.GetValues("x-assay-reason").Single() == "budget_exceeded");
        (await gateway.BalanceAsync(budget)).ShouldBe((5m, 0m, 0m));
        (await gateway.TotalsAsync()).Cost.ToString().ShouldBe("5.000000000");
    }

    // The opposite failure (litellm #36926, #28247): counters that leak refuse what would fit.
    [Fact]
    public async Task One_call_after_the_other_every_call_that_fits_is_let_in()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        var budget = await gateway.BudgetAsync("person:ada@example.com", "5.00");
        using var client = gateway.Client();

        for (var i = 0; i < 50; i++)
        {
            using var answer = await client.ChatAsync(stream: i % 2 == 0, sim: i % 7 == 3 ? "status=500" : "tokens=3");
            await answer.Content.ReadAsByteArrayAsync(Cancel);
            answer.StatusCode.ShouldBe(i % 7 == 3 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
            if (i % 7 != 3)
            {
                var left = answer.Headers.GetValues("x-assay-budget-remaining").Single();
                left.ShouldBe((await gateway.BalanceAsync(budget)).Remaining.ToString("0.000000000"));
            }
        }

        // The seven that the provider failed cost nothing, and so as many more fit.
        for (var i = 0; i < 7; i++)
        {
            (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var refused = await client.ChatAsync();
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var message = await refused.Content.ReadAsStringAsync(Cancel);
        message.ShouldContain("The monthly budget of person:ada@example.com ($5.00) has $0.00 left");
        message.ShouldContain("insufficient_quota");
        message.ShouldContain("It renews at");
        refused.Headers.GetValues("x-should-retry").Single().ShouldBe("false");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await gateway.BalanceAsync(budget)).ShouldBe((5m, 0m, 0m));
    }

    // Streams that break refund all or keep all elsewhere (new-api #5235, litellm #14457).
    [Fact]
    public async Task Over_five_levels_of_teams_with_streams_aborts_and_failures_every_budget_holds()
    {
        await using var gateway = await RunningGateway.StartAsync(c =>
        {
            BudgetedGateway.Prices(c);
            c.Limits.StreamsPerKeyMax = 2000;
        });
        string[] teams = ["group", "division", "department", "section", "crew"];
        for (var i = 0; i < teams.Length; i++)
        {
            await PostAsync(gateway, "/api/v1/teams", new { id = teams[i], parent = i == 0 ? "org" : teams[i - 1] });
        }

        await PostAsync(gateway, "/api/v1/people", new { email = "eve@example.com", name = "Eve", team = "crew", role = "employee" });
        string[] scopes =
        [
            "org", .. teams.Select(team => "team:" + team), "person:eve@example.com", "use:coding", "model:gpt-*", "provider:openai",
        ];
        string[] limits = ["9.00", "8.90", "8.80", "8.70", "8.60", "8.00", "6.00", "7.00", "8.50", "9.50"];
        var budgets = new List<string>();
        for (var i = 0; i < scopes.Length; i++)
        {
            budgets.Add(await gateway.BudgetAsync(scopes[i], limits[i]));
        }

        using var client = gateway.Client(await gateway.CreateKeyAsync("eve@example.com", "laptop"));
        var random = new Random(3);
        string[] kinds = ["tokens=3", "status=429", "fault=cut;at=2", "fault=reset;at=2", "tokens=9;events=3", "leave"];
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => CallAsync(client, kinds[random.Next(kinds.Length)])));
        await gateway.AppliedAsync();

        // What all other levels have was spent by this one person; hers is the tightest.
        var spent = (await gateway.TotalsAsync()).Cost;
        var balances = new List<decimal>();
        foreach (var budget in budgets)
        {
            var (posted, pending, _) = await gateway.BalanceAsync(budget);
            pending.ShouldBe(0m);
            balances.Add(posted);
        }

        balances.ShouldAllBe(posted => posted == balances[0]);
        balances[0].ToString("0.000000000").ShouldBe(spent.ToString());
        balances[0].ShouldBeLessThanOrEqualTo(6m);

        // Nothing leaked: what is left can be spent to the last call.
        while (balances[0] < 6m)
        {
            (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
            balances[0] += 0.10m;
        }

        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static async Task PostAsync(RunningGateway gateway, string path, object body)
    {
        using var answer = await gateway.Admin.PostAsJsonAsync(path, body, Cancel);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task CallAsync(HttpClient client, string kind)
    {
        var leaves = kind == "leave";
        try
        {
            using var answer = await client.ChatAsync(
                sim: leaves ? "delay=20ms;tokens=50;events=20" : kind, stream: leaves || kind.Contains("at=") || kind.Contains("events"));
            if (!leaves)
            {
                await answer.Content.ReadAsByteArrayAsync(Cancel);
            }
        }
        catch (HttpRequestException)
        {
            // What the provider broke is broken to the client too.
        }
    }
}
