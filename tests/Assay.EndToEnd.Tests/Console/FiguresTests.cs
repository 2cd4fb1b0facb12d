using System.Globalization;
using System.Net;
using Assay.Ledger.Money;
using Assay.Server.Api;
using Assay.Server.Console;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>The figures on the pages are the store's.</summary>
[Collection(ConsoleTests.Name)]
public sealed class FiguresTests(FullConsole console)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Company_and_me_show_the_ledger_s_sums_to_the_nano_dollar()
    {
        var start = new DateTimeOffset(ConsoleHost.Now.Date, TimeSpan.Zero);
        var company = await SumAsync(start, UsageFilter.None);
        var person = console.Host.Company.PersonOf("emi.tanaka@example.com");
        var own = await SumAsync(start, new UsageFilter { PersonId = person.Id });

        using var finance = await ConsoleClient.SignInAsync(console.Host, "finance", Ct);
        using var employee = await ConsoleClient.SignInAsync(console.Host, person.Email, Ct);
        (await finance.GetAsync("/company", Ct)).Body.ShouldContain($"data-figure=\"today\" title=\"{Say.UsdExact(company)}\"");
        (await employee.GetAsync("/me", Ct)).Body.ShouldContain($"data-figure=\"today\" title=\"{Say.UsdExact(own)}\"");
        company.ShouldBeGreaterThan(own);
        own.ShouldBeGreaterThan(NanoUsd.Zero);
    }

    [Fact]
    public async Task What_is_read_ahead_in_large_companies_can_be_read_without_a_gateway()
    {
        var caller = new Caller(new Viewer("", "", "", Team.OrgId, Role.Finance), console.Host.Snapshots.Current);
        var figures = console.Host.Service<IEnumerable<StandingFigure>>().ToList();
        foreach (var figure in figures)
        {
            await figure.AskAsync(caller, Ct);
        }

        figures.Count.ShouldBe(6);
    }

    [Fact]
    public async Task The_days_on_which_other_prices_held_stand_below_a_model()
    {
        using var employee = await ConsoleClient.SignInAsync(console.Host, "employee", Ct);
        var body = (await employee.GetAsync("/prices?q=claude-sonnet-5&provider=Anthropic", Ct)).Body;
        var rows = HtmlText.All(body, "(?s)<tr class=\"other-days\">(.*?)</tr>").ToList();

        // It is 21 August: the introductory price ends with the month.
        rows.ShouldHaveSingleItem().ShouldContain("from 1 Sep 2026");
        HtmlText.All(rows[0], "<td class=\"num\">([^<]*)</td>").ShouldBe(["$3.00", "$0.30", "$3.75", "$15.00", ""]);
    }

    [Fact]
    public async Task A_request_s_page_shows_cost_lines_that_add_up()
    {
        using var client = await ConsoleClient.SignInAsync(console.Host, "employee", Ct);
        var list = await client.GetAsync("/requests?period=30d&model=claude-opus-5&outcome=completed", Ct);
        var page = await client.GetAsync(HtmlText.First(list.Body, "href=\"(/requests/[0-9a-f-]{36})\""), Ct);
        var dollars = HtmlText.All(page.Body, "<td class=\"num\">\\$([0-9.]{11,})</td>")
            .Select(text => decimal.Parse(text, CultureInfo.InvariantCulture)).ToList();
        dollars.Count.ShouldBeGreaterThan(2);
        var sum = decimal.Parse(HtmlText.First(page.Body, "<b>\\$([0-9.]+)</b>"), CultureInfo.InvariantCulture);
        dollars.Sum().ShouldBe(sum);
    }

    [Fact]
    public async Task Filters_in_the_address_narrow_the_list_and_pages_of_it_do_not_overlap()
    {
        using var client = await ConsoleClient.SignInAsync(console.Host, "auditor", Ct);
        var first = await client.GetAsync("/requests?who=all&period=30d&provider=openai", Ct);
        var second = await client.GetAsync(
            WebUtility.HtmlDecode(HtmlText.First(first.Body, "href=\"([^\"]*after=[^\"]*)\"")), Ct);
        var ids = HtmlText.All(first.Body, "href=\"/requests/([0-9a-f-]{36})\"");
        ids.Count.ShouldBe(50);
        HtmlText.All(second.Body, "href=\"/requests/([0-9a-f-]{36})\"").Intersect(ids).ShouldBeEmpty();
        HtmlText.All(first.Body, "<span class=\"note wide-only\">([^<]+)</span>").Distinct().ShouldBe(["openai"]);
    }

    private async Task<NanoUsd> SumAsync(DateTimeOffset from, UsageFilter filter)
    {
        var rows = await console.Host.Usage.QueryAsync(new UsageQuery(from, ConsoleHost.Now, []) { Filter = filter }, Ct);
        return rows.Aggregate(NanoUsd.Zero, (sum, row) => sum + row.Cost);
    }
}
