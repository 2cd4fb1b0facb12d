using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Tests.Gateway;
using Assay.Server.Hosting;

namespace Assay.EndToEnd.Tests.Budgets;

/// <summary>What the tests of budgets do with a gateway.</summary>
internal static class BudgetedGateway
{
    /// <summary>A model of which every call costs ten cents, whatever is in it.</summary>
    public const string Dime = "gpt-dime";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static void Prices(AssayConfig config)
    {
        config.Prices.Overrides.Add(new PriceOverrideConfig
        {
            Provider = "openai",
            Model = Dime + "*",
            Prices = { ["input"] = "0", ["output"] = "0", ["request"] = "100000" },
        });
        config.Providers["house"] = new()
        {
            Format = "openai",
            BaseUrl = config.Providers["openai"].BaseUrl,
            ApiKey = "none-is-asked-for",
            InHouse = true,
        };
        config.Prices.Overrides.Add(new PriceOverrideConfig
        {
            Provider = "house",
            Model = "*",
            Prices = { ["input"] = "0", ["output"] = "0", ["request"] = "10000" },
        });
    }

    public static async Task<string> BudgetAsync(
        this RunningGateway gateway,
        string scope,
        string limit,
        string atLimit = "block",
        string window = "month",
        string? rerouteTo = null,
        string unit = "usd")
    {
        using var answer = await gateway.Admin.PostAsJsonAsync(
            "/api/v1/budgets", new { scope, window, unit, limit, atLimit, rerouteTo }, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!["id"]!.GetValue<string>();
    }

    /// <summary>What the API says is posted, pending and remaining.</summary>
    public static async Task<(decimal Posted, decimal Pending, decimal Remaining)> BalanceAsync(
        this RunningGateway gateway, string id)
    {
        var list = await gateway.Admin.GetFromJsonAsync<JsonNode>("/api/v1/budgets?limit=200", Cancel);
        var budget = list!["budgets"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == id)!;
        return (Number(budget["posted"]), Number(budget["pending"]), Number(budget["remaining"]));

        static decimal Number(JsonNode? text) =>
            decimal.Parse(text!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static async Task<HttpResponseMessage> ChatAsync(
        this HttpClient client, string model = Dime, string sim = "tokens=3", bool stream = false, int? bound = 20,
        bool headersOnly = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new
            {
                model,
                stream,
                max_tokens = bound,
                messages = new[] { new { role = "user", content = "Count." } },
            }),
        };
        request.Headers.Add("x-sim", sim);
        return await client.SendAsync(
            request, stream || headersOnly ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, Cancel);
    }
}
