namespace Assay.EndToEnd.Tests.Console;

/// <summary>The Judgment Log in a browser.</summary>
[Collection(ConsoleTests.Name)]
public sealed class LogPagesTests(Browser browser, FullConsole console)
{
    [Fact]
    public async Task Nothing_that_an_author_writes_runs_or_loads_in_the_page()
    {
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host);
        await visit.SignInAsync(console.Host.Company.SecretOf("employee"));
        foreach (var path in new[] { $"/log/{SampleLog.HostileId:D}", "/log?status=accepted&q=script", "/log/debt" })
        {
            await visit.GoAsync(path);
            foreach (var link in await visit.Page.Locator("main a").AllAsync())
            {
                await link.HoverAsync(new() { Timeout = 2000, Force = true });
            }

            (await visit.Page.EvaluateAsync<string>("String(window.ran)")).ShouldBe("undefined", path);
            (await visit.Page.Locator("main script, main img, main iframe, main [onerror], main [onload], main [onmouseover]").CountAsync()).ShouldBe(0, path);
            (await visit.Page.Locator("main a[href^='javascript'], main a[href^='data']").CountAsync()).ShouldBe(0, path);
        }

        await visit.GoAsync($"/log/{SampleLog.HostileId:D}");
        (await visit.Page.TextContentAsync("h1")).ShouldNotBeNull().ShouldContain("<script>window.ran=1</script>");
        (await visit.Page.Locator("[aria-label='Outcomes'] tbody tr").CountAsync()).ShouldBe(1);
        (await visit.Page.Locator(".md a").First.GetAttributeAsync("href")).ShouldBe("https://example.com/ok");
        visit.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(360, true)]
    [InlineData(1280, false)]
    public Task The_pages_are_accessible_and_fit_the_window(int width, bool dark) => PagesTests.WalkAsync(
        browser.Get(), console.Host, "employee", width, dark, "/log?relation=overrode&below=70", $"/log/{SampleLog.HostileId:D}", $"/log/{SampleLog.DraftId:D}", "/log/debt", "/log/learning");

    [Fact]
    public async Task Filters_make_the_address_and_a_search_finds_the_best_first()
    {
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host, script: false);
        await visit.SignInAsync(console.Host.Company.SecretOf("employee"));
        await visit.GoAsync("/log");
        await visit.Page.FillAsync("#f-q", "leases dispatch");
        await visit.Page.SelectOptionAsync("#f-status", "live");
        await visit.Page.ClickAsync("button:has-text('Filter')");

        visit.Page.Url.ShouldContain("q=leases+dispatch");
        (await visit.Page.Locator(".log .entry-title").First.TextContentAsync()).ShouldNotBeNull().ShouldContain("eases in the store, not a lock per Dispatch call");
    }

    [Fact]
    public async Task The_owner_of_a_draft_accepts_it_on_the_page_and_it_waits_for_git()
    {
        await using var host = await ConsoleHost.StartAsync(withTraffic: true, TestContext.Current.CancellationToken);
        await using var visit = await Visit.BeginAsync(browser.Get(), host, script: false);
        await visit.SignInAsync(host.Company.SecretOf("finance"));
        await visit.GoAsync($"/log/{SampleLog.DraftId:D}");
        (await visit.Page.Locator(".deciding-draft").CountAsync()).ShouldBe(0);

        await using var own = await Visit.BeginAsync(browser.Get(), host, script: false);
        await own.SignInAsync(host.Company.SecretOf("employee"));
        await own.GoAsync("/log");
        await own.Page.ClickAsync(".yours .entry-title");
        await own.Page.ClickAsync("button:has-text('Accept')");
        (await own.Page.TextContentAsync("#fault")).ShouldNotBeNull().ShouldContain("how sure");
        await own.Page.FillAsync("#confidence", "75");
        await own.Page.ClickAsync("button:has-text('Accept')");
        (await own.Page.TextContentAsync("[role='status']")).ShouldNotBeNull().ShouldContain("commit");
        (await own.Page.Locator(".deciding-draft").CountAsync()).ShouldBe(0);
        (await own.Page.TextContentAsync("article")).ShouldNotBeNull().ShouldContain("accepted it with a confidence of 75");
    }

    [Fact]
    public async Task Work_with_much_ai_and_no_decision_is_told_the_costliest_first()
    {
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host, script: false);
        await visit.SignInAsync(console.Host.Company.SecretOf("finance"));
        await visit.GoAsync("/log/debt");
        var rows = visit.Page.Locator("[aria-label='Work without a decision'] tbody tr");

        (await rows.Locator("th").AllTextContentsAsync()).ShouldAllBe(work => work.StartsWith("LIN-4", StringComparison.Ordinal));
        var spend = (await rows.Locator("td:nth-child(4)").AllTextContentsAsync())
            .Select(cost => decimal.Parse(cost.Trim('$'), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        spend.Count.ShouldBeGreaterThan(5);
        spend.ShouldBe(spend.OrderDescending());
    }
}
