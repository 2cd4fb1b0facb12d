using Assay.Server.Directory;
using Assay.Server.Signals;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>A signal is looked at and answered in the browser, without script.</summary>
[Collection(ConsoleTests.Name)]
public sealed class SignalPagesTests(Browser browser, FullConsole console)
{
    [Fact]
    public async Task A_person_answers_with_a_click_and_a_sentence()
    {
        var person = console.Host.Company.People.First(p => p.TeamId == "platform" && p.Role == Role.Employee);
        await console.Host.Service<Assay.Server.Store.IStore>().Signals.AddAsync(
            new Signal
            {
                Id = "sg_answer",
                Kind = Signal.Spike,
                PersonId = person.Id,
                TeamId = person.TeamId,
                Cause = $"person:{person.Id}",
                AtMs = ConsoleHost.Now.ToUnixTimeMilliseconds(),
                Cost = 9_000_000_000,
                Subject = "A rise to answer",
                DedupeKey = "sg_answer",
            },
            TestContext.Current.CancellationToken);
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host, 1280, dark: false, script: false);
        await visit.SignInAsync(console.Host.Company.SecretOf("employee"));
        await visit.GoAsync("/signals");
        await visit.Page.ClickAsync("text=A rise to answer");

        await visit.Page.ClickAsync("button:has-text('Answer')");
        (await visit.Page.TextContentAsync("[role=alert]"))!.ShouldContain("say why");

        await visit.Page.FillAsync("#text", "migration, see JIRA-12");
        await visit.Page.ClickAsync("button:has-text('Answer')");
        (await visit.Page.TextContentAsync("[data-part=answered]"))!.ShouldContain("migration, see JIRA-12");
        (await visit.Page.QuerySelectorAsync("form[action='/signals/sg_answer']")).ShouldBeNull();
    }

    [Theory]
    [InlineData(360, true)]
    [InlineData(1280, false)]
    public Task The_pages_are_accessible_and_fit_the_window(int width, bool dark) => PagesTests.WalkAsync(
        browser.Get(), console.Host, "employee", width, dark, "/signals", $"/signals/{SampleSignals.Spike}", $"/signals/{SampleSignals.Pattern}");

    [Fact]
    public async Task What_is_not_ones_own_is_not_there()
    {
        await using var visit = await Visit.BeginAsync(browser.Get(), console.Host, 1280, dark: false, script: false);
        await visit.SignInAsync(console.Host.Company.SecretOf("manager"));
        (await visit.GoAsync($"/signals/{SampleSignals.Spike}")).Status.ShouldBe(404);
        (await visit.GoAsync($"/signals/{SampleSignals.OfTeam}")).Status.ShouldBe(200);
    }
}
