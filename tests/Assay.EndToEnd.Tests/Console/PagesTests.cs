using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>Every page, in both themes, three widths, with and without script, not all of them with each other: nothing to complain about.</summary>
[Collection(ConsoleTests.Name)]
public sealed class PagesTests(Browser browser, FullConsole console)
{
    private static readonly (string Who, string[] Paths)[] s_walk =
    [
        ("employee", ["/me", "/me?period=today", "/requests", "/requests?sort=cost&period=30d", "/requests?model=no-such-model", "/prices?q=claude-sonnet", "/connect"]),
        ("newcomer", ["/me", "/requests", "/budget", "/inbox", "/inbox/settings"]),
        ("manager", ["/team"]),
        ("finance", ["/company", "/company?period=30d", "/forecast?move=10&use=coding&price=0.4", "/company?team=engineering&period=month", "/requests?who=all"]),
    ];

    /// <summary>Width, dark, with script, with axe. Axe is slow, and finds the same at every width but the narrowest.</summary>
    public static TheoryData<int, bool, bool, bool> Circumstances => new()
    {
        { 360, true, true, true },
        { 1280, false, true, true },
        { 360, false, false, false },
    };

    private static readonly AxeRunOptions s_colours = new() { RunOnly = RunOnlyOptions.Rules("color-contrast") };

    [Theory]
    [MemberData(nameof(Circumstances))]
    public async Task Every_page_is_accessible_fits_the_window_and_reports_no_error(int width, bool dark, bool script, bool axe)
    {
        var faults = new List<string>();
        foreach (var (who, paths) in s_walk)
        {
            await using var visit = await Visit.BeginAsync(browser.Get(), console.Host, width, dark: dark, script: script);
            await visit.GoAsync("/signin");
            await LookAsync(visit, "/signin", axe, dark, faults);
            await visit.SignInAsync(console.Host.Company.SecretOf(who));
            foreach (var path in paths)
            {
                (await visit.GoAsync(path)).Status.ShouldBe(200, path);
                await LookAsync(visit, path, axe, dark, faults);
            }

            if (who == "employee")
            {
                await visit.GoAsync("/requests?period=30d");
                await visit.Page.ClickAsync("tbody a");
                (await visit.Page.TextContentAsync("h1")).ShouldBe("One request");
                await LookAsync(visit, visit.Page.Url, axe, dark, faults);
            }

            faults.AddRange(visit.Complaints);
        }

        faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Text_can_be_twice_as_large_without_the_page_getting_wider()
    {
        // Zooming to 200 % makes a window of 1280 pixels one of 640.
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host, 640, 450, scale: 2);
        await visit.SignInAsync(console.Host.Company.SecretOf("finance"));
        foreach (var path in new[] { "/me", "/company", "/requests?who=all", "/prices", "/connect" })
        {
            await visit.GoAsync(path);
            (await visit.OverflowsAsync()).ShouldBeFalse(path);
        }
    }

    [Fact]
    public async Task Every_control_can_be_reached_and_seen_with_the_keyboard()
    {
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host);
        await visit.SignInAsync(console.Host.Company.SecretOf("employee"));
        await visit.GoAsync("/me");
        var reached = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            reached.Add(await visit.Page.EvaluateAsync<string>(
                "() => { const e = document.activeElement; return e.textContent.trim() + '|' + getComputedStyle(e).outlineStyle; }"));
        }

        reached[0].ShouldBe("Skip to the page's content|solid");
        foreach (var name in new[] { "Assay", "Me", "Requests", "Connect", "Auto", "Light", "Dark", "Sign out", "7 days" })
        {
            reached.ShouldContain(name + "|solid");
        }
    }

    [Fact]
    public async Task A_chart_says_with_the_pointer_what_its_table_says()
    {
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host);
        await visit.SignInAsync(console.Host.Company.SecretOf("finance"));
        await visit.GoAsync("/company?period=30d");
        await visit.Page.HoverAsync("#trend .hit[data-slot='25']");
        var tip = (await visit.Page.TextContentAsync(".tip"))!;
        await visit.Page.ClickAsync("#trend summary");
        foreach (var cell in await visit.Page.Locator("#trend tbody tr:nth-child(26) > *").AllTextContentsAsync())
        {
            tip.ShouldContain(cell);
        }
    }

    [Fact]
    public async Task The_theme_that_was_chosen_stays_without_script()
    {
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host, script: false);
        await visit.SignInAsync(console.Host.Company.SecretOf("employee"));
        await visit.GoAsync("/requests?period=30d");
        await visit.Page.ClickAsync("button:has-text('Dark')");
        visit.Page.Url.ShouldEndWith("/requests?period=30d");
        await visit.GoAsync("/me");
        (await visit.Page.GetAttributeAsync("html", "data-theme")).ShouldBe("dark");
        (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")).ShouldBe("rgb(14, 17, 19)");
    }

    /// <summary>Adds what is wrong with the page that is open.</summary>
    /// <summary>Looks at pages as one person, and fails with everything that is wrong with any of them.</summary>
    internal static async Task WalkAsync(IBrowser browser, ConsoleHost host, string who, int width, bool dark, params string[] paths)
    {
        var faults = new List<string>();
        await using var visit = await Visit.BeginAsync(browser, host, width, dark: dark);
        await visit.SignInAsync(host.Company.SecretOf(who));
        foreach (var path in paths)
        {
            (await visit.GoAsync(path)).Status.ShouldBe(200, path);
            await LookAsync(visit, path, axe: true, dark, faults);
        }

        faults.AddRange(visit.Complaints);
        faults.ShouldBeEmpty();
    }

    internal static async Task LookAsync(Visit visit, string path, bool axe, bool dark, List<string> faults)
    {
        if (await visit.OverflowsAsync())
        {
            faults.Add($"{path} is wider than the window");
        }

        // Axe is itself a script and needs one that may wait, so it cannot look at pages where script is switched off;
        // they are the same pages.
        if (axe)
        {
            // In the other theme only colours differ.
            var result = dark ? await visit.Page.RunAxe() : await visit.Page.RunAxe(s_colours);
            faults.AddRange(result.Violations.Select(violation =>
                $"{path}: {violation.Id}: {violation.Help} at {string.Join(" ; ", violation.Nodes.Take(3).Select(node => node.Html))}"));
        }
    }
}
