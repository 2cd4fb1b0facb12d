using System.Net;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Deque.AxeCore.Playwright;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>The page behind a link in a notification.</summary>
[Collection(ConsoleTests.Name)]
public sealed class DecideTests(Browser browser)
{
    private const long Dollar = 1_000_000_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Opening_a_link_decides_nothing_however_often_and_its_button_decides_once()
    {
        await using var story = await Story.BeginAsync();
        using var client = new ConsoleClient(story.Host);
        for (var i = 0; i < 3; i++)
        {
            var page = await client.GetAsync(story.Link, Ct);
            page.Status.ShouldBe(HttpStatusCode.OK);
            page.Body.ShouldContain("asks for $50.00 more");
            page.Body.ShouldContain("The migration &lt;b&gt;now&lt;/b&gt;");
            page.Body.ShouldContain("$80.00 of Engineering");
            page.Body.ShouldContain("until 1 September 2026, 00:00 UTC");
            page.Headers["Referrer-Policy"].ShouldBe("same-origin");
            page.Headers["Cache-Control"].ShouldContain("no-store");
        }

        (await story.RequestAsync()).State.ShouldBe(BudgetRequestState.Open);
        var done = await Post(client, story.Link, ("decision", "grant"), ("amount", "30"), ("reason", ""));

        (done.Status, done.Location).ShouldBe((HttpStatusCode.Found, story.Link));
        var request = await story.RequestAsync();
        (request.State, request.GrantedAmount, request.DecidedBy).ShouldBe((BudgetRequestState.Partly, 30 * Dollar, story.Manager.Id));
        var after = await client.GetAsync(story.Link, Ct);
        after.Body.ShouldContain($"{WebUtility.HtmlEncode(story.Manager.Name)} granted $30.00");
        after.Body.ShouldNotContain("<button");
        var again = await Post(client, story.Link, ("decision", "decline"), ("reason", "no"));
        again.Status.ShouldBe(HttpStatusCode.Conflict);
        again.Body.ShouldContain("granted $30.00");
        (await story.RequestAsync()).ShouldBe(request);
    }

    [Fact]
    public async Task Declining_needs_a_reason_and_what_was_typed_stays()
    {
        await using var story = await Story.BeginAsync();
        using var client = new ConsoleClient(story.Host);

        var refused = await Post(client, story.Link, ("decision", "decline"), ("amount", "12.5"), ("reason", " "));

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Body.ShouldContain("The reason is missing");
        refused.Body.ShouldContain("value=\"12.5\"");
        (await story.RequestAsync()).State.ShouldBe(BudgetRequestState.Open);
        (await Post(client, story.Link, ("decision", "decline"), ("amount", "12.5"), ("reason", "Use the small model"))).Status
            .ShouldBe(HttpStatusCode.Found);
        (await client.GetAsync(story.Link, Ct)).Body.ShouldContain("Use the small model");
    }

    [Theory]
    [InlineData("grant", "90", HttpStatusCode.BadRequest, "more than was asked for")]
    [InlineData("grant", "", HttpStatusCode.BadRequest, "is missing")]
    [InlineData("grant", "ten", HttpStatusCode.BadRequest, "is not an amount")]
    [InlineData("shred", "10", HttpStatusCode.BadRequest, "use grant or decline")]
    public async Task A_form_that_is_wrong_is_told_why(string decision, string amount, HttpStatusCode status, string says)
    {
        await using var story = await Story.BeginAsync();
        using var client = new ConsoleClient(story.Host);

        var answer = await Post(client, story.Link, ("decision", decision), ("amount", amount), ("reason", "x"));

        answer.Status.ShouldBe(status);
        answer.Body.ShouldContain(says);
        (await story.RequestAsync()).State.ShouldBe(BudgetRequestState.Open);
    }

    [Fact]
    public async Task A_link_that_was_changed_has_expired_or_is_another_persons_opens_nothing()
    {
        await using var story = await Story.BeginAsync();
        using var client = new ConsoleClient(story.Host);
        var stranger = story.Links.Make(story.RequestId, story.Asker.Id);
        var nobody = story.Links.Make(story.RequestId, "p_nobody");
        var changed = story.Link[..^3] + (story.Link[^3] == 'A' ? 'B' : 'A') + story.Link[^2..];
        foreach (var (link, status) in new[]
        {
            (changed, HttpStatusCode.NotFound),
            (BudgetLinks.PathPrefix + "x", HttpStatusCode.NotFound),
            (nobody, HttpStatusCode.Forbidden),
        })
        {
            (await client.GetAsync(link, Ct)).Status.ShouldBe(status);
            (await Post(client, link, ("decision", "grant"), ("amount", "50"))).Status.ShouldBe(status);
        }

        // The asker may see their own request, and finds no buttons.
        (await client.GetAsync(stranger, Ct)).Body.ShouldNotContain("<button");
        (await Post(client, stranger, ("decision", "grant"), ("amount", "50"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        story.Host.Clock.Advance(BudgetLinks.Lifetime);
        (await client.GetAsync(story.Link, Ct)).Status.ShouldBe(HttpStatusCode.Gone);
        (await Post(client, story.Link, ("decision", "grant"), ("amount", "50"))).Status.ShouldBe(HttpStatusCode.Gone);
        (await story.RequestAsync()).State.ShouldBe(BudgetRequestState.Open);
    }

    [Fact]
    public async Task A_manager_who_is_one_no_more_has_a_link_to_nothing()
    {
        await using var story = await Story.BeginAsync();
        using var client = new ConsoleClient(story.Host);
        await story.Host.Directory.ChangeAsync(
            [new DirectoryChange.PutPerson(story.Manager with { Role = Role.Employee })], "test", Ct);
        await story.Host.Snapshots.RefreshAsync(Ct);

        (await client.GetAsync(story.Link, Ct)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await Post(client, story.Link, ("decision", "grant"), ("amount", "50"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await story.RequestAsync()).State.ShouldBe(BudgetRequestState.Open);
    }

    [Theory]
    [InlineData(360, true, true)]
    [InlineData(1280, false, false)]
    public async Task In_a_browser_it_is_decided_with_one_button_with_or_without_script(int width, bool dark, bool script)
    {
        await using var story = await Story.BeginAsync();
        await using var visit = await Visit.BeginAsync(browser.Get(), story.Host, width, dark: dark, script: script);

        await visit.GoAsync(story.Link);
        if (script)
        {
            (await visit.Page.RunAxe()).Violations.ShouldBeEmpty();
        }

        (await visit.OverflowsAsync()).ShouldBeFalse();
        if (Environment.GetEnvironmentVariable("ASSAY_STUDIES") is { Length: > 0 } studies)
        {
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(studies, $"decide-{width}.png"), FullPage = true });
        }

        await visit.Page.ClickAsync("button:has-text('Grant')");
        (await visit.Page.TextContentAsync("[role=status]")).ShouldNotBeNull().ShouldContain("granted $50.00");
        visit.Complaints.ShouldBeEmpty();
        (await story.RequestAsync()).State.ShouldBe(BudgetRequestState.Granted);
    }

    private static Task<Answer> Post(ConsoleClient client, string path, params (string Name, string Value)[] fields) =>
        client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new FormUrlEncodedContent(fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))),
            },
            Ct);

    /// <summary>A console in which somebody of Platform has asked the manager of Engineering for $50.</summary>
    private sealed class Story : IAsyncDisposable
    {
        public required ConsoleHost Host { get; init; }

        public required Person Manager { get; init; }

        public required Person Asker { get; init; }

        public required string RequestId { get; init; }

        public required string Link { get; init; }

        public BudgetLinks Links => Host.Service<BudgetLinks>();

        public static async Task<Story> BeginAsync()
        {
            var host = await ConsoleHost.StartAsync(withTraffic: false, Ct);
            var people = host.Company.People;
            var manager = people.Single(p => p.TeamId == "engineering" && p.Role == Role.Manager);
            var asker = people.First(p => p.TeamId == "platform" && p.Role == Role.Employee);
            var parent = new Budget(
                "b_1", new(BudgetScopeKind.Team, "engineering"), BudgetWindow.Month, BudgetUnit.Usd, 100 * Dollar, AtLimit.Block);
            var child = new Budget(
                "b_2", new(BudgetScopeKind.Team, "platform"), BudgetWindow.Month, BudgetUnit.Usd, 20 * Dollar, AtLimit.Block)
            {
                ParentId = "b_1",
            };
            await host.Directory.ChangeAsync(
                [new DirectoryChange.PutBudget(parent), new DirectoryChange.PutBudget(child)], "test", Ct);
            await host.Snapshots.RefreshAsync(Ct);
            var asked = await host.Service<RequestDesk>().AskAsync(
                new Viewer(asker.Id, "", "", asker.TeamId, asker.Role),
                new CreateBudgetRequest { Budget = "b_2", Amount = "50", Reason = "The migration <b>now</b>" },
                Ct);
            var id = asked.Value.ShouldNotBeNull().Id;
            return new Story
            {
                Host = host,
                Manager = manager,
                Asker = asker,
                RequestId = id,
                Link = host.Service<BudgetLinks>().Make(id, manager.Id),
            };
        }

        public async Task<BudgetRequest> RequestAsync() =>
            (await Host.Requests.FindAsync(RequestId, Ct)).ShouldNotBeNull();

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
