using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>What tokens bought, as each role sees it.</summary>
[Collection(ConsoleTests.Name)]
public sealed class WorthPagesTests(Browser browser, FullConsole console)
{
    [Theory]
    [InlineData(360, true)]
    [InlineData(1280, false)]
    public async Task The_pages_are_accessible_and_fit_the_window(int width, bool dark)
    {
        var own = await FindAsync(outcome => outcome.Ref == SampleOutcomes.OwnRef);
        await PagesTests.WalkAsync(browser.Get(), console.Host, "employee", width, dark, "/worth?period=90d", $"/worth/outcomes/{own.Id}");
        await PagesTests.WalkAsync(browser.Get(), console.Host, "finance", width, dark, "/worth", "/worth/outcomes", "/worth/audit", "/statement",
            "/worth/experiments/larger-model", "/worth/compare?first=claude-sonnet-5&second=qwen3-coder&gap=30", "/worth/measures");
        await PagesTests.WalkAsync(browser.Get(), console.Host, "newcomer", width, dark, "/worth");
    }

    [Fact]
    public async Task What_an_outcome_cost_is_for_who_made_it_and_for_who_audits()
    {
        var own = await FindAsync(outcome => outcome.Ref == SampleOutcomes.OwnRef);
        (await PartAsync("employee", own, "spend")).ShouldContain("Proved or declared");
        (await PartAsync("auditor", own, "spend")).ShouldContain("Proved or declared");
        (await PartAsync("manager", own, "withheld")).ShouldContain("theirs to see");

        var other = await FindAsync(outcome => outcome.PersonId != own.PersonId && outcome.TeamId == own.TeamId);
        await using var visit = await VisitAsync("employee");
        (await visit.GoAsync($"/worth/outcomes/{other.Id}")).Status.ShouldBe(404);
        (await visit.GoAsync("/statement")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task The_parts_of_the_money_and_of_the_evidence_sum_to_the_spend()
    {
        await using var visit = await VisitAsync("finance");
        await visit.GoAsync("/worth");

        var spend = Dollars((await visit.Page.TextContentAsync("[data-figure=spend]"))!);
        foreach (var cells in new[] { "[data-part=money] dd b", "[data-part=tiers] td:nth-child(2)" })
        {
            var parts = await visit.Page.Locator(cells).AllTextContentsAsync();
            parts.Count.ShouldBe(5);
            parts.Sum(Dollars).ShouldBe(spend, 0.03m);
        }

        var lines = await visit.Page.Locator("[data-part=by-use] tbody td:nth-child(2)").AllTextContentsAsync();
        lines.Sum(Dollars).ShouldBe(spend, 0.005m * lines.Count);

        // One level of the tree; a team's own page has what its row says, and no other team has it.
        // A group of too few people has no sum, so a row with one is taken.
        var team = visit.Page.Locator("[data-part=by-team] tbody tr", new() { Has = visit.Page.Locator("th a"), HasText = "$" }).First;
        var (name, row) = (await team.Locator("th a").TextContentAsync(), Dollars((await team.Locator("td:nth-child(2)").TextContentAsync())!));
        row.ShouldBeInRange(0, spend);
        await visit.GoAsync((await team.Locator("th a").GetAttributeAsync("href"))!);
        Dollars((await visit.Page.TextContentAsync("[data-figure=spend]"))!).ShouldBe(row, 0.01m);
        (await visit.Page.TextContentAsync("nav.crumbs"))!.ShouldContain(name!);
        (await visit.GoAsync("/worth?team=nowhere")).Status.ShouldBe(404);
        await using var manager = await VisitAsync("manager");
        (await manager.GoAsync("/worth?team=org")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task What_an_experiment_shows_waits_for_its_declared_end_and_for_who_may_see_sums()
    {
        await using var finance = await VisitAsync("finance");
        await finance.GoAsync("/worth/experiments");
        (await finance.Page.Locator("[data-part=experiments] tbody tr").CountAsync()).ShouldBe(3);
        await finance.GoAsync("/worth/experiments/larger-model");
        (await finance.Page.TextContentAsync("[data-part=effect] .reading"))!.ShouldContain("points");
        (await finance.Page.Locator("[data-part=arms] tbody tr").CountAsync()).ShouldBe(2);
        await finance.GoAsync("/worth/experiments/in-house-first");
        (await finance.Page.TextContentAsync("[data-part=finding]"))!.ShouldContain("who looks early");
        (await finance.Page.Locator("[data-part=arms], [data-part=effect]").CountAsync()).ShouldBe(0);

        await using var employee = await VisitAsync("employee");
        await employee.GoAsync("/worth/experiments/larger-model");
        (await employee.Page.TextContentAsync("[data-part=finding]"))!.ShouldContain("for finance, auditors");
        (await employee.Page.Locator("[data-part=arms], [data-part=effect]").CountAsync()).ShouldBe(0);
        (await employee.GoAsync("/worth/experiments/none")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Measures_are_labelled_and_say_what_they_lack()
    {
        await using var visit = await VisitAsync("finance");
        await visit.GoAsync("/worth/measures");
        foreach (var part in new[] { "activity", "adoption", "product", "outcome" })
        {
            (await visit.Page.Locator($"[data-part={part}] tbody tr").CountAsync()).ShouldBeGreaterThan(1);
        }

        (await visit.Page.TextContentAsync("[data-measure=acceptanceRate] td"))!.ShouldContain("75 %");
        (await visit.Page.TextContentAsync("[data-measure=wordsGenerated]"))!.ShouldContain("No source yet");
        (await visit.Page.TextContentAsync("[data-measure=deploymentFrequency] td"))!.ShouldContain("a week");
        (await visit.Page.TextContentAsync("[data-measure=lineSurvival14]"))!.ShouldMatch("of [1-9][0-9]* the lines were counted, of [1-9][0-9]* it is only known");
    }

    private static decimal Dollars(string text) =>
        decimal.Parse(text.Trim().TrimStart('$'), System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> PartAsync(string role, Outcome outcome, string part)
    {
        await using var visit = await VisitAsync(role);
        await visit.GoAsync($"/worth/outcomes/{outcome.Id}");
        return (await visit.Page.TextContentAsync($"[data-part={part}]"))!;
    }

    private async Task<Visit> VisitAsync(string role)
    {
        var visit = await Visit.BeginAsync(browser.Get(), console.Host, 1280, dark: false, script: false);
        await visit.SignInAsync(console.Host.Company.SecretOf(role));
        return visit;
    }

    private async Task<Outcome> FindAsync(Func<Outcome, bool> isIt)
    {
        var all = await console.Host.Service<IStore>().Outcomes.ListAsync(
            new OutcomeQuery { TeamIds = ["platform"], Limit = 1000 }, TestContext.Current.CancellationToken);
        return all.First(isIt);
    }
}
