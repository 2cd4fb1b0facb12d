using System.Net;
using System.Net.Http.Json;
using Assay.EndToEnd.Tests.Console;
using Assay.EndToEnd.Tests.Gateway;
using Deque.AxeCore.Playwright;

namespace Assay.EndToEnd.Tests.Budgets;

/// <summary>Asking, granting and spending, on the real pages of a real gateway.</summary>
[Collection(ConsoleTests.Name)]
public sealed class BudgetPageTests(Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_asks_their_manager_grants_and_the_next_call_passes(bool script)
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        await CreateManagerAsync(gateway);
        var team = await gateway.BudgetAsync("team:platform", "10.00");
        await CreateChildAsync(gateway, team);
        using var client = gateway.Client();
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        await using (var ada = await Visit.BeginAsync(browser.Get(), gateway.Address, script: script))
        {
            await ada.SignInAsync(gateway.Key);
            await ada.GoAsync("/budget");
            (await ada.Page.TextContentAsync("[data-figure=left]")).ShouldBe("$0.00");
            await ada.Page.ClickAsync("a:has-text('Ask for more')");
            await ada.Page.FillAsync("#ask-amount", "5");
            await ada.Page.FillAsync("#ask-reason", "The migration of the invoices, until Friday.");
            await ada.Page.ClickAsync("button:has-text('Ask')");
            (await ada.Page.TextContentAsync("[role=status]"))!.ShouldContain("Your request is with those who can grant it");
            (await ada.Page.TextContentAsync("[data-part=mine]"))!.ShouldContain("$5.00 more of Ada, a month: open");
            await LookAsync(ada, "ada", script);
        }

        await using (var grace = await Visit.BeginAsync(browser.Get(), gateway.Address, dark: true, script: script))
        {
            await grace.SignInAsync(await gateway.CreateKeyAsync("grace@example.com", "console"));
            await grace.GoAsync("/budget");
            (await grace.Page.TextContentAsync("[data-part=inbox]"))!.ShouldContain("The migration of the invoices");

            // What her person has used is not hers to know; what is left is shown since Ada asks for more.
            (await grace.Page.TextContentAsync("[data-part=answers] tr:has-text('Ada')"))!.ShouldContain("private");
            (await grace.Page.TextContentAsync("[data-part=inbox]"))!.ShouldContain("$0.00 left");
            await LookAsync(grace, "grace", script);
            await grace.Page.FillAsync("[data-part=inbox] input[name=amount]", "0.15");
            await grace.Page.ClickAsync("button:has-text('Grant')");
            (await grace.Page.TextContentAsync("[role=status]"))!.ShouldContain("Granted");
            await grace.GoAsync("/inbox");
            (await grace.Page.TextContentAsync("main"))!.ShouldContain("Ada asks for $5.00 more");
            await LookAsync(grace, "inbox", script);
            await grace.GoAsync("/inbox/settings");
            await LookAsync(grace, "settings", script);
        }

        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_manager_allocates_on_the_page_but_not_more_than_there_is()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        await CreateManagerAsync(gateway);
        var child = await CreateChildAsync(gateway, await gateway.BudgetAsync("team:platform", "10.00"));
        await using var grace = await Visit.BeginAsync(browser.Get(), gateway.Address);
        await grace.SignInAsync(await gateway.CreateKeyAsync("grace@example.com", "console"));
        await grace.GoAsync("/budget");

        await grace.Page.FillAsync($"[data-part=answers] [data-budget={child}] input[name=amount]", "7.50");
        (await grace.Page.TextContentAsync($"[data-part=answers] [data-budget={child}] .effect"))!
            .ShouldBe("Leaves $2.50 of Platform to pass on");
        await grace.Page.ClickAsync($"[data-part=answers] [data-budget={child}] button");
        (await grace.Page.TextContentAsync("[role=status]"))!.ShouldContain("The limit is changed");
        (await gateway.BalanceAsync(child)).Remaining.ShouldBe(7.5m);

        await grace.Page.FillAsync($"[data-part=answers] [data-budget={child}] input[name=amount]", "11");
        (await grace.Page.TextContentAsync($"[data-part=answers] [data-budget={child}] .effect.over"))!
            .ShouldBe("$1.00 more than Platform has");
        await LookAsync(grace, "allocating", script: true);
        await grace.Page.ClickAsync($"[data-part=answers] [data-budget={child}] button");
        (await grace.Page.TextContentAsync("[role=alert]")).ShouldNotBeNullOrWhiteSpace();
        (await gateway.BalanceAsync(child)).Remaining.ShouldBe(7.5m);
    }

    [Fact]
    public async Task The_company_s_page_shows_the_tree_of_budgets_but_nobody_s_own()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        using (var answer = await gateway.Admin.PostAsJsonAsync(
            "/api/v1/people", new { email = "fay@example.com", name = "Fay", team = "platform", role = "finance" }, Cancel))
        {
            answer.EnsureSuccessStatusCode();
        }

        var org = await gateway.BudgetAsync("org", "100.00");
        using (var answer = await gateway.Admin.PostAsJsonAsync(
            "/api/v1/budgets", new { scope = "team:platform", window = "month", limit = "25.00", parentId = org }, Cancel))
        {
            answer.EnsureSuccessStatusCode();
        }

        await gateway.BudgetAsync("person:ada@example.com", "1.00");
        await gateway.BudgetAsync("model:" + BudgetedGateway.Dime, "0.50", "warn");
        using var client = gateway.Client();
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        await gateway.AppliedAsync();

        await using var fay = await Visit.BeginAsync(browser.Get(), gateway.Address);
        await fay.SignInAsync(await gateway.CreateKeyAsync("fay@example.com", "console"));
        await fay.GoAsync("/company");

        var rows = await fay.Page.Locator("[data-part=budgets] tbody tr").AllInnerTextsAsync();
        rows.Count.ShouldBe(3);
        rows[0].ShouldContain("$100.00");
        rows[0].ShouldContain("$25.00", customMessage: "what is passed on");
        rows[1].ShouldContain("Platform");
        rows.ShouldNotContain(row => row.Contains("Ada"));
        await LookAsync(fay, "company", script: true);
    }

    [Fact]
    public async Task A_form_without_the_page_s_token_changes_nothing()
    {
        await using var gateway = await RunningGateway.StartAsync(BudgetedGateway.Prices);
        var budget = await gateway.BudgetAsync("person:ada@example.com", "1.00");
        await using var ada = await Visit.BeginAsync(browser.Get(), gateway.Address);
        await ada.SignInAsync(gateway.Key);
        await ada.GoAsync("/budget");
        await ada.Page.EvaluateAsync("for (const field of document.querySelectorAll('#ask input[type=hidden]')) field.remove()");
        await ada.Page.FillAsync("#ask-amount", "5");
        await ada.Page.FillAsync("#ask-reason", "Please");
        await ada.Page.ClickAsync("button:has-text('Ask')");

        (await ada.Page.TextContentAsync("[role=alert]"))!.ShouldContain("Please try once more");
        (await gateway.BalanceAsync(budget)).Remaining.ShouldBe(1m);
        (await ada.Page.QuerySelectorAsync("[data-part=mine]")).ShouldBeNull();
    }

    private static async Task LookAsync(Visit visit, string who, bool script)
    {
        foreach (var width in new[] { 1280, 360 })
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            if (script)
            {
                (await visit.OverflowsAsync()).ShouldBeFalse($"{who} at {width}");
                var found = await visit.Page.RunAxe();
                found.Violations.Select(v => $"{v.Id}: {v.Nodes.FirstOrDefault()?.Html}").ShouldBeEmpty();
            }

            if (Environment.GetEnvironmentVariable("ASSAY_SHOTS") is { Length: > 0 } directory)
            {
                await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(directory, $"budget-{who}-{width}.png"), FullPage = true });
            }
        }

        await visit.Page.SetViewportSizeAsync(1280, 900);
        visit.Complaints.ShouldBeEmpty();
    }

    private static async Task CreateManagerAsync(RunningGateway gateway)
    {
        using var answer = await gateway.Admin.PostAsJsonAsync(
            "/api/v1/people",
            new { email = "grace@example.com", name = "Grace", team = "platform", role = "manager" },
            Cancel);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> CreateChildAsync(RunningGateway gateway, string parentId)
    {
        using var answer = await gateway.Admin.PostAsJsonAsync(
            "/api/v1/budgets", new { scope = "person:ada@example.com", window = "month", limit = "0.10", parentId }, Cancel);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<System.Text.Json.Nodes.JsonNode>(Cancel))!["id"]!.GetValue<string>();
    }
}
