using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Tests.Gateway;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Server.Api;
using Assay.Server.Console;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>The page of the models, which needs the gateway's routes.</summary>
[Collection(ConsoleTests.Name)]
public sealed class ModelsPageTests(Browser browser)
{
    private const int Each = 300;
    private const long HourMs = 3_600_000;

    [Fact]
    public async Task Everybody_finds_where_names_lead_and_the_company_what_ran_in_the_house()
    {
        await using var gateway = await RunningGateway.StartAsync(config =>
        {
            config.Providers["house"] = new() { Format = "openai", BaseUrl = config.Providers["openai"].BaseUrl, ApiKey = "x", InHouse = true };
            config.Prices.Overrides.Add(new() { Provider = "house", Model = "*", Prices = { ["input"] = "0.1", ["output"] = "0.2" } });
            config.Providers["down"] = new() { Format = "openai", BaseUrl = "http://127.0.0.1:9", ApiKey = "x", InHouse = true };
            config.Models["fall"] = new() { Targets = ["down/qwen3-coder", "openai/gpt-5.5"] };
            config.Cache.UseCases.Add("other");
            config.Models["code"] = new() { Targets = ["house/qwen3-coder", "openai/gpt-5.5"], Policy = "prefer-in-house" };
        });
        using var http = gateway.Client();
        using var answer = await TranslationTests.SendAsync(http, "chat", "code", stream: false);
        answer.EnsureSuccessStatusCode();
        using var fallen = await TranslationTests.SendAsync(http, "chat", "fall", stream: false);
        fallen.EnsureSuccessStatusCode();
        await Wait.UntilAsync(async () => (await gateway.RequestsAsync()).Count == 3, "the calls are settled", TestContext.Current.CancellationToken);
        await WorkAsync(gateway);

        // What failed in the house ran outside: one call, none of it in the house.
        var shares = (await gateway.Admin.GetFromJsonAsync<JsonNode>("/api/v1/routes/shares", TestContext.Current.CancellationToken))!["routes"]!.AsArray();
        var outside = shares.Single(route => (string)route!["route"]! == "fall")!;
        ((long)outside["requests"]!, (long)outside["inHouseRequests"]!).ShouldBe((1, 0));

        var held = shares.Single(route => (string)route!["route"]! == "code")!["outcomes"]!;
        ((string)held["verdict"]!, (long)held["inHouseSettled"]!, (long)held["inHouseFinished"]!, (long)held["outsideSettled"]!).ShouldBe(("HouseHoldsWorse", 210, Each, 285));

        // The command says the same of the same store.
        var reported = (await ReportAsync(gateway)).Single(route => (string)route["route"]! == "code");
        ((string)reported["outcomes"]!["verdict"]!, (long)reported["outcomes"]!["inHouseSettled"]!, (long)reported["outcomes"]!["outsideFinished"]!).ShouldBe(("HouseHoldsWorse", 210, Each));

        // In a large company the models' figures are read ahead, too.
        var caller = new Caller(new Viewer("", "", "", Team.OrgId, Role.Finance), gateway.Server.Services.GetRequiredService<DirectorySnapshots>().Current);
        var figures = gateway.Server.Services.GetServices<StandingFigure>().ToList();
        figures.Count.ShouldBe(7);
        foreach (var figure in figures)
        {
            await figure.AskAsync(caller, TestContext.Current.CancellationToken);
        }

        var faults = new List<string>();
        foreach (var (secret, width, dark, seesShares) in new[] { (gateway.Key, 360, true, false), (RunningGateway.AdminKey, 1280, false, true), (RunningGateway.AdminKey, 360, true, true) })
        {
            await using var visit = await Visit.BeginAsync(browser.Get(), gateway.Address, width, dark: dark);
            await visit.SignInAsync(secret);
            await visit.Page.ClickAsync(".rail a[href='/models']");
            (await visit.Page.TextContentAsync("h1")).ShouldBe("Models");
            (await visit.Page.Locator("tbody tr", new() { HasText = "qwen3-coder" }).First.TextContentAsync()).ShouldNotBeNull().ShouldContain("in-house");
            (await visit.Page.Locator("[aria-label='What ran in the house'] tbody tr").CountAsync()).ShouldBe(seesShares ? 2 : 0);
            (await visit.Page.Locator("[aria-label='Whether the work held'] tbody tr").CountAsync()).ShouldBe(seesShares ? 2 : 0);
            (await visit.Page.GetByText("Kept answers have been given 0 times").CountAsync()).ShouldBe(seesShares ? 1 : 0);
            if (seesShares)
            {
                var told = await visit.Page.Locator("[aria-label='Whether the work held'] tbody tr", new() { HasText = "code" }).TextContentAsync();
                told.ShouldNotBeNull().ShouldContain("held worse in the house");
                told.ShouldContain("210 of 300");
                told.ShouldContain("−25 points");
            }

            await PagesTests.LookAsync(visit, visit.Page.Url, axe: true, dark: true, faults);
            if (Environment.GetEnvironmentVariable("ASSAY_STUDIES") is { Length: > 0 } folder)
            {
                await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"models-{width}-{(seesShares ? "company" : "own")}.png"), FullPage = true });
            }

            faults.AddRange(visit.Complaints);
        }

        faults.ShouldBeEmpty();
    }

    /// <summary>What <c>assay report --shares --json</c> prints about the store of a running gateway.</summary>
    private static async Task<IReadOnlyList<JsonNode>> ReportAsync(RunningGateway gateway)
    {
        var cancel = TestContext.Current.CancellationToken;
        var openai = gateway.Config.Providers["openai"].BaseUrl;
        var file = Path.Combine(gateway.Data, "report.json");
        await File.WriteAllTextAsync(
            file,
            $$"""
            { "data": "{{gateway.Data}}",
              "providers": {
                "openai": { "format": "openai", "baseUrl": "{{openai}}", "apiKey": "x" },
                "house": { "format": "openai", "baseUrl": "{{openai}}", "apiKey": "x", "inHouse": true } },
              "models": { "code": { "targets": ["house/qwen3-coder", "openai/gpt-5.5"], "policy": "prefer-in-house" } },
              "prices": { "overrides": [ { "provider": "house", "model": "*", "prices": { "input": "0.1", "output": "0.2" } } ] } }
            """,
            cancel);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, "assay.dll"), "report", "--shares", "--json", "--config", file, "--from", TimeProvider.System.GetUtcNow().AddDays(-40).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var lines = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        process.ExitCode.ShouldBe(0, lines);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>Four weeks ago: as many changes with a model of the house as with one outside, of which fewer lasted.</summary>
    private static async Task WorkAsync(RunningGateway gateway)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (events, changes) = (new List<UsageEvent>(), new List<OutcomeReport>());
        var at = TimeProvider.System.GetUtcNow().AddDays(-27).ToUnixTimeMilliseconds();
        foreach (var (provider, model, settled) in new[] { ("house", "qwen3-coder", 210), ("openai", "gpt-5.5", 285) })
        {
            for (var i = 0; i < Each; i++)
            {
                var (id, work) = (Guid.CreateVersion7(), $"{provider}-{i}");
                events.Add(new UsageEvent
                {
                    Id = id,
                    RequestId = id,
                    StartedAtMs = at,
                    KeyId = "k_sample",
                    PersonId = $"p_{i % 8}",
                    TeamId = "platform",
                    WorkRef = work,
                    Operation = "openai/chat.completions",
                    RequestedModel = "code",
                    Provider = provider,
                    Model = model,
                    Status = 200,
                    Outcome = CallOutcome.Completed,
                    Resolution = Resolution.Posted,
                    Counts = new UsageCounts { [UsageClass.Input] = 1000, [UsageClass.Output] = 100, [UsageClass.Request] = 1 },
                    Cost = new NanoUsd(1_000_000),
                });
                changes.Add(new OutcomeReport
                {
                    Kind = "change",
                    Source = OutcomeWords.GitHub,
                    Ref = $"acme/web#{provider}{i}",
                    FactsMs = at + HourMs,
                    Repo = "acme/web",
                    PersonId = $"p_{i % 8}",
                    TeamId = "platform",
                    WorkRefs = [work],
                    LinesAdded = 20,
                    Steps =
                    [
                        new OutcomeStep(OutcomeEvent.Proposed, at + HourMs),
                        new OutcomeStep(OutcomeEvent.Accepted, at + (2 * HourMs)),
                        .. i < settled ? (OutcomeStep[])[] : [new OutcomeStep(OutcomeEvent.Reverted, at + (9 * HourMs))],
                    ],
                });
            }
        }

        await gateway.Server.Parts.Store.Usage.ApplyAsync("sample", 0, 1 + events.Count, events, cancel);
        await gateway.Server.Parts.Store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = changes }, cancel);
    }
}
