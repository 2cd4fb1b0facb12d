using Microsoft.Playwright;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>
/// Pictures of pages, for people. Only taken when ASSAY_SHOTS names a directory, so that running the tests leaves the
/// working tree as it was: <c>ASSAY_SHOTS=docs/images</c> renews those that the README shows. <c>ASSAY_SHOTS_OF</c> is the
/// beginning of the names of those wanted.
/// </summary>
[Collection(ConsoleTests.Name)]
public sealed class Shots(Browser browser, FullConsole console)
{
    /// <summary>Before a path: at a company where nothing has happened yet.</summary>
    private const string Empty = "empty:";

    public static TheoryData<string, string, string, int, int, bool, bool> Pictures => new()
    {
        { "console-me", "employee", "/me", 1360, 860, false, false },
        { "console-company", "finance", "/company", 1360, 860, false, false },
    };

    public static TheoryData<string, string, string, int, int, bool, bool> Studies => new()
    {
        { "signin", "", "/signin", 1280, 860, false, true },
        { "signin-dark-360", "", "/signin", 360, 740, true, true },
        { "me-full", "employee", "/me", 1360, 860, false, true },
        { "me-dark", "employee", "/me?period=today", 1360, 860, true, true },
        { "me-360", "employee", "/me", 360, 740, false, true },
        { "me-1920", "employee", "/me", 1920, 1080, false, true },
        { "me-empty", "newcomer", "/me", 1280, 860, false, true },
        { "company-full", "finance", "/company", 1360, 860, false, true },
        { "company-dark", "finance", "/company?period=30d", 1360, 860, true, true },
        { "company-360", "finance", "/company", 360, 740, true, true },
        { "company-1920", "finance", "/company?period=month", 1920, 1080, false, true },
        { "company-team", "finance", "/company?team=engineering&period=30d", 1360, 860, false, true },
        { "team", "manager", "/team?period=7d", 1360, 860, false, true },
        { "team-small", "small-manager", "/team", 1360, 860, false, true },
        { "requests", "employee", "/requests", 1360, 860, false, true },
        { "requests-all", "auditor", "/requests?who=all&sort=cost&outcome=clientgone", 1360, 860, true, true },
        { "requests-360", "employee", "/requests", 360, 740, false, true },
        { "request", "employee", "first-request", 1360, 860, false, true },
        { "request-360", "employee", "first-request", 360, 740, true, true },
        { "log", "employee", "/log", 1360, 860, false, true },
        { "log-dark", "finance", "/log?relation=overrode", 1360, 860, true, true },
        { "log-360", "employee", "/log", 360, 740, false, true },
        { "log-entry", "finance", "first-entry", 1360, 860, false, true },
        { "log-entry-dark-360", "finance", "first-entry", 360, 740, true, true },
        { "log-draft", "employee", "draft", 1360, 860, false, true },
        { "log-hostile", "employee", "/log/019f0000-0000-7000-8000-00000badc0de", 1360, 860, false, true },
        { "log-debt", "finance", "/log/debt", 1360, 860, false, true },
        { "log-debt-360", "finance", "/log/debt", 360, 740, true, true },
        { "log-learning", "finance", "/log/learning", 1360, 860, false, true },
        { "log-learning-360", "finance", "/log/learning", 360, 740, true, true },
        { "worth", "finance", "/worth", 1360, 860, false, true },
        { "worth-dark", "finance", "/worth", 1360, 860, true, true },
        { "worth-360", "finance", "/worth", 360, 740, true, true },
        { "worth-team", "manager", "/worth", 1280, 860, false, true },
        { "worth-statement", "finance", "/statement", 1280, 860, false, true },
        { "worth-audit", "finance", "/worth/audit", 1280, 860, false, true },
        { "worth-audit-360", "employee", "/worth/audit", 360, 740, true, true },
        { "worth-experiments", "finance", "/worth/experiments", 1280, 860, false, true },
        { "worth-experiment", "finance", "/worth/experiments/larger-model", 1280, 860, false, true },
        { "worth-experiment-360", "finance", "/worth/experiments/larger-model", 360, 740, true, true },
        { "worth-experiment-running", "employee", "/worth/experiments/in-house-first", 1280, 860, true, true },
        { "worth-compare", "finance", "/worth/compare?first=claude-sonnet-5&second=qwen3-coder&gap=30", 1280, 860, false, true },
        { "worth-compare-360", "finance", "/worth/compare", 360, 740, true, true },
        { "worth-measures", "finance", "/worth/measures", 1280, 860, false, true },
        { "worth-measures-dark", "manager", "/worth/measures", 1280, 860, true, true },
        { "worth-measures-360", "finance", "/worth/measures", 360, 740, false, true },
        { "worth-own", "employee", "/worth?period=90d", 1280, 860, false, true },
        { "worth-empty", "newcomer", "/worth", 1280, 860, false, true },
        { "outcomes", "finance", "/worth/outcomes", 1280, 860, false, true },
        { "outcome", "employee", "first-outcome", 1280, 860, false, true },
        { "outcome-360", "employee", "first-outcome", 360, 740, true, true },
        { "log-empty", "employee", "empty:/log", 1360, 860, false, true },
        { "log-empty-dark-360", "finance", "empty:/log", 360, 740, true, true },
        { "log-debt-empty", "finance", "empty:/log/debt", 1360, 860, false, true },
        { "log-learning-empty", "finance", "empty:/log/learning", 1360, 860, false, true },
        { "signal-forecast", "finance", "/forecast?move=10&use=coding&price=0.4", 1360, 860, false, true },
        { "signal-forecast-360", "finance", "/forecast?move=10&use=coding&price=0.4", 360, 740, true, true },
        { "signals", "employee", "/signals", 1360, 860, false, true },
        { "signal", "employee", "/signals/sg_0001", 1360, 860, false, true },
        { "signal-360", "employee", "/signals/sg_0001", 360, 740, true, true },
        { "signal-pattern", "employee", "/signals/sg_0002", 1360, 860, true, true },
        { "signals-empty", "newcomer", "/signals", 1280, 860, false, true },
        { "prices", "employee", "/prices?q=claude", 1360, 860, false, true },
        { "connect", "employee", "/connect", 1360, 860, false, true },
        { "connect-360", "employee", "/connect", 360, 740, true, true },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public Task A_picture_for_the_readme(string name, string who, string path, int width, int height, bool dark, bool whole) =>
        ShootAsync("ASSAY_SHOTS", name, who, path, width, height, dark, whole, 2);

    [Theory]
    [MemberData(nameof(Studies))]
    public Task A_picture_to_judge_the_design_by(string name, string who, string path, int width, int height, bool dark, bool whole) =>
        ShootAsync("ASSAY_STUDIES", name, who, path, width, height, dark, whole, 1);

    private async Task ShootAsync(
        string variable, string name, string who, string path, int width, int height, bool dark, bool whole, float scale)
    {
        var directory = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(directory), $"{variable} names no directory to put pictures in.");
        var only = Environment.GetEnvironmentVariable("ASSAY_SHOTS_OF");
        Assert.SkipWhen(only is not null && !name.StartsWith(only, StringComparison.Ordinal), "ASSAY_SHOTS_OF names other pictures.");
        await using var empty = path.StartsWith(Empty, StringComparison.Ordinal)
            ? await ConsoleHost.StartAsync(withTraffic: false, TestContext.Current.CancellationToken)
            : null;
        ConsoleHost host = empty is null ? console.Host : empty;
        path = empty is null ? path : path[Empty.Length..];
        await using var visit = await Visit.BeginAsync(browser.Get(), host, width, height, dark, scale: scale);
        if (who.Length > 0)
        {
            await visit.SignInAsync(host.Company.SecretOf(who));
        }

        await visit.GoAsync(path switch
        {
            "first-request" => "/requests?model=claude-opus-5&period=30d",
            "first-entry" => "/log?relation=overrode&status=superseded",
            "draft" => $"/log/{SampleLog.DraftId:D}",
            "first-outcome" => "/worth/outcomes",
            _ => path,
        });
        if (path == "first-request")
        {
            await visit.Page.ClickAsync("tbody a");
        }
        else if (path is "first-entry" or "first-outcome")
        {
            await visit.Page.ClickAsync(".entry-title");
        }

        await visit.Page.EvaluateAsync("document.fonts.ready");
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(directory!, name + ".png"), FullPage = whole, Animations = ScreenshotAnimations.Disabled });
    }
}
