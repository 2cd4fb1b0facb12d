using System.Net;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>Who sees what, and what every answer carries.</summary>
[Collection(ConsoleTests.Name)]
public sealed class AccessTests(FullConsole console)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("employee", "/company", HttpStatusCode.Forbidden)]
    [InlineData("employee", "/forecast", HttpStatusCode.Forbidden)]
    [InlineData("manager", "/forecast", HttpStatusCode.OK)]
    [InlineData("manager", "/forecast?team=org", HttpStatusCode.Forbidden)]
    [InlineData("auditor", "/forecast?team=org&move=0", HttpStatusCode.OK)]
    [InlineData("employee", "/team", HttpStatusCode.Forbidden)]
    [InlineData("manager", "/company", HttpStatusCode.Forbidden)]
    [InlineData("manager", "/team", HttpStatusCode.OK)]
    [InlineData("small-manager", "/team", HttpStatusCode.Forbidden)]
    [InlineData("finance", "/company", HttpStatusCode.OK)]
    [InlineData("auditor", "/company", HttpStatusCode.OK)]
    [InlineData("admin", "/company", HttpStatusCode.OK)]
    [InlineData("finance", "/team", HttpStatusCode.Found)]
    public async Task Pages_of_oversight_open_to_roles(string who, string path, HttpStatusCode status)
    {
        using var client = await ConsoleClient.SignInAsync(console.Host, who, Ct);
        (await client.GetAsync(path, Ct)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task An_employee_finds_no_link_to_what_they_may_not_see()
    {
        using var client = await ConsoleClient.SignInAsync(console.Host, "employee", Ct);
        var page = await client.GetAsync("/me", Ct);
        page.Body.ShouldNotContain("/company");
        page.Body.ShouldNotContain("/team");
        page.Body.ShouldNotContain("who=all");
    }

    [Fact]
    public async Task Nobody_is_ranked_no_page_of_oversight_names_a_person_but_its_reader()
    {
        foreach (var (who, path) in new[] { ("finance", "/company?period=30d"), ("finance", "/company?team=platform&period=30d"), ("manager", "/team?period=30d") })
        {
            using var client = await ConsoleClient.SignInAsync(console.Host, who, Ct);
            var page = (await client.GetAsync(path, Ct)).Body;
            var reader = HtmlText.First(page, "<p class=\"who\"><b>([^<]+)</b>");
            console.Host.Company.People.Where(person => person.Name != reader && page.Contains(WebUtility.HtmlEncode(person.Name), StringComparison.Ordinal))
                .ShouldBeEmpty(path);
            page.ShouldNotContain("p_0");
        }
    }

    [Fact]
    public async Task A_manager_sees_a_small_team_only_within_a_larger_sum()
    {
        using var client = await ConsoleClient.SignInAsync(console.Host, "manager", Ct);
        var page = (await client.GetAsync("/team?period=30d", Ct)).Body;
        page.ShouldContain("Platform");
        page.ShouldNotContain("Mobile");
        page.ShouldContain("Teams of fewer than 5 people are counted with the team above.");
    }

    [Fact]
    public async Task Somebody_else_s_request_is_as_unknown_as_one_that_never_was()
    {
        using var auditor = await ConsoleClient.SignInAsync(console.Host, "auditor", Ct);
        using var employee = await ConsoleClient.SignInAsync(console.Host, "employee", Ct);
        var all = await auditor.GetAsync("/requests?who=all&use=support-triage", Ct);
        var path = HtmlText.First(all.Body, "href=\"(/requests/[0-9a-f-]{36})\"");
        (await auditor.GetAsync(path, Ct)).Status.ShouldBe(HttpStatusCode.OK);
        var other = await employee.GetAsync(path, Ct);
        var none = await employee.GetAsync("/requests/0198c000-0000-7000-8000-000000000000", Ct);
        other.Status.ShouldBe(HttpStatusCode.NotFound);
        none.Status.ShouldBe(HttpStatusCode.NotFound);
        HtmlText.First(other.Body, "<section class=\"prose\">\\s*<p>([^<]+)</p>")
            .ShouldBe(HtmlText.First(none.Body, "<section class=\"prose\">\\s*<p>([^<]+)</p>"));
    }

    [Fact]
    public async Task An_employee_who_asks_for_everybody_s_requests_gets_their_own()
    {
        using var client = await ConsoleClient.SignInAsync(console.Host, "employee", Ct);
        var page = (await client.GetAsync("/requests?who=all&period=30d", Ct)).Body;
        page.ShouldContain("Your requests");
        page.ShouldNotContain("<th scope=\"col\">Person</th>");
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/company")]
    [InlineData("/requests/0198c000-0000-7000-8000-000000000000")]
    public async Task Every_page_carries_the_strict_headers_and_is_kept_by_no_cache(string path)
    {
        using var client = await ConsoleClient.SignInAsync(console.Host, "employee", Ct);
        var headers = (await client.GetAsync(path, Ct)).Headers;
        var policy = headers["Content-Security-Policy"];
        policy.ShouldStartWith("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        headers["X-Content-Type-Options"].ShouldBe("nosniff");
        headers["X-Frame-Options"].ShouldBe("DENY");
        headers["Referrer-Policy"].ShouldBe("same-origin");
        headers["Cache-Control"].ShouldContain("no-store");
    }

    [Fact]
    public async Task Markup_in_an_address_is_shown_as_text()
    {
        using var client = await ConsoleClient.SignInAsync(console.Host, "employee", Ct);
        var page = (await client.GetAsync("/requests?client=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", Ct)).Body;
        page.ShouldNotContain("<script>alert");
        page.ShouldContain("&quot;&gt;&lt;script&gt;");
        page.ShouldNotContain("style=\"");
    }

    [Fact]
    public async Task Files_are_kept_for_ever_under_names_that_change_with_them()
    {
        using var client = new ConsoleClient(console.Host);
        var page = (await client.GetAsync("/signin", Ct)).Body;
        var style = HtmlText.First(page, "rel=\"stylesheet\" href=\"([^\"]+)\"");
        var answer = await client.GetAsync(style, Ct);
        answer.Headers["Cache-Control"].ShouldBe("public, max-age=31536000, immutable");
        answer.Headers["Content-Type"].ShouldStartWith("text/css");
        var font = HtmlText.First(answer.Body, "url\\(([^)]+plex-sans[^)]+)\\)");
        (await client.GetAsync(font, Ct)).Headers["Content-Type"].ShouldBe("font/woff2");
        page.ShouldContain(font);
        (await client.GetAsync(style, Ct, ("Accept-Encoding", "br"))).Headers["Content-Encoding"].ShouldBe("br");
        (await client.GetAsync("/assets/../console.css", Ct)).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
