using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Tests.Gateway;

namespace Assay.EndToEnd.Tests.Budgets;

/// <summary>Who is told what about budgets, through a whole gateway.</summary>
public sealed class BudgetNoticeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_are_told_before_they_are_refused_and_askers_when_it_is_decided()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        var budget = await gateway.BudgetAsync("person:ada@example.com", "0.20");
        using var client = gateway.Client();

        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        await TextAsync(client, "50 % of the budget of Ada");
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        await TextAsync(client, "95 % of the budget of Ada");
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await TextAsync(client, "has no room for calls");

        using var asked = await client.PostAsJsonAsync(
            "/api/v1/budget-requests", new { budget, amount = "1.00", reason = "The migration" }, Cancel);
        asked.IsSuccessStatusCode.ShouldBeTrue(await asked.Content.ReadAsStringAsync(Cancel));
        var id = (await asked.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["id"]!.GetValue<string>();
        (await TextAsync(gateway.Admin, "Ada asks for $1.00 more")).ShouldContain("/decide/");
        using var decided = await gateway.Admin.PostAsJsonAsync(
            $"/api/v1/budget-requests/{id}/decision", new { decision = "grant", amount = "0.10" }, Cancel);
        decided.IsSuccessStatusCode.ShouldBeTrue(await decided.Content.ReadAsStringAsync(Cancel));

        await TextAsync(client, "$0.10 more for the budget of Ada");
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);

        // A raised budget that is used up again is told again.
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await Wait.UntilAsync(
            async () => (await client.GetStringAsync("/api/v1/notifications?limit=50", Cancel)).Split("has no room").Length == 3,
            "both refusals are told",
            Cancel);
    }

    /// <summary>The inbox, once it has a word.</summary>
    private static async Task<string> TextAsync(HttpClient client, string word)
    {
        var text = "";
        await Wait.UntilAsync(
            async () => (text = await client.GetStringAsync("/api/v1/notifications?limit=50", Cancel)).Contains(
                word, StringComparison.Ordinal),
            $"the inbox has '{word}'",
            Cancel);
        return text;
    }
}
