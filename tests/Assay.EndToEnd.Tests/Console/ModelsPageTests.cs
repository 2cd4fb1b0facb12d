using Assay.EndToEnd.Tests.Gateway;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>The page of the models, which needs the gateway's routes.</summary>
[Collection(ConsoleTests.Name)]
public sealed class ModelsPageTests(Browser browser)
{
    [Fact]
    public async Task Everybody_finds_where_names_lead_and_the_company_what_ran_in_the_house()
    {
        await using var gateway = await RunningGateway.StartAsync(config =>
        {
            config.Providers["house"] = new() { Format = "openai", BaseUrl = config.Providers["openai"].BaseUrl, ApiKey = "x", InHouse = true };
            config.Prices.Overrides.Add(new() { Provider = "house", Model = "*", Prices = { ["input"] = "0.1", ["output"] = "0.2" } });
            config.Models["code"] = new() { Targets = ["house/qwen3-coder", "openai/gpt-5.5"], Policy = "prefer-in-house" };
        });
        using var http = gateway.Client();
        using var answer = await TranslationTests.SendAsync(http, "chat", "code", stream: false);
        answer.EnsureSuccessStatusCode();
        await Wait.UntilAsync(async () => (await gateway.RequestsAsync()).Count == 1, "the call is settled", TestContext.Current.CancellationToken);

        var faults = new List<string>();
        foreach (var (secret, width, dark, seesShares) in new[] { (gateway.Key, 360, true, false), (RunningGateway.AdminKey, 1280, false, true) })
        {
            await using var visit = await Visit.BeginAsync(browser.Get(), gateway.Address, width, dark: dark);
            await visit.SignInAsync(secret);
            await visit.Page.ClickAsync(".rail a[href='/models']");
            (await visit.Page.TextContentAsync("h1")).ShouldBe("Models");
            (await visit.Page.Locator("tbody tr", new() { HasText = "qwen3-coder" }).First.TextContentAsync()).ShouldNotBeNull().ShouldContain("in-house");
            (await visit.Page.Locator("[aria-label='What ran in the house'] tbody tr").CountAsync()).ShouldBe(seesShares ? 1 : 0);
            await PagesTests.LookAsync(visit, visit.Page.Url, axe: true, dark: true, faults);
            if (Environment.GetEnvironmentVariable("ASSAY_STUDIES") is { Length: > 0 } folder)
            {
                await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"models-{width}.png"), FullPage = true });
            }

            faults.AddRange(visit.Complaints);
        }

        faults.ShouldBeEmpty();
    }
}
