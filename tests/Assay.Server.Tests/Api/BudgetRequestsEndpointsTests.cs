using System.Net;
using System.Text.Json;
using Assay.Server.Api;

namespace Assay.Server.Tests.Api;

/// <summary>Asking for more, granting, lending and declining, through the API.</summary>
public sealed class BudgetRequestsEndpointsTests : IAsyncLifetime
{
    private readonly ApiHost _host = new();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_manager_allocates_an_employee_asks_and_the_manager_grants()
    {
        var parent = await Budget("root", "team:platform", "100");
        var child = await Budget("lead", "person:ada@example.com", "20", parent);

        var asked = (await Ask("ada", child, "50", "The migration")).ShouldBe(HttpStatusCode.Created);
        asked.Field("state").ShouldBe("open");
        (await Requests("lead", "?inbox=true")).Single().GetProperty("id").GetString().ShouldBe(asked.Field("id"));

        var decided = (await Decide("lead", asked, """{"decision":"grant","amount":"30.5","judgment":"jl-7"}""")).ShouldBe(HttpStatusCode.OK);

        decided.Field("state").ShouldBe("partly");
        decided.Field("grantedAmount").ShouldBe("30.500000000");
        decided.Field("decidedBy").ShouldBe("lead@example.com");
        decided.Field("judgment").ShouldBe("jl-7");
        var budget = await View("ada", child);
        budget.GetProperty("limit").GetString().ShouldBe("20.000000000");
        budget.GetProperty("effectiveLimit").GetString().ShouldBe("50.500000000");
        var grant = budget.GetProperty("grants").EnumerateArray().Single();
        grant.GetProperty("amount").GetString().ShouldBe("30.500000000");
        grant.GetProperty("from").GetString().ShouldBeNull();
        grant.GetProperty("request").GetString().ShouldBe(asked.Field("id"));
        DateTimeOffset.Parse(grant.GetProperty("until").GetString()!, System.Globalization.CultureInfo.InvariantCulture).Day.ShouldBe(1);
        (await View("lead", parent)).GetProperty("allocated").GetString().ShouldBe("50.500000000");
        (await Requests("lead", "?inbox=true&state=open")).ShouldBeEmpty();
        var audit = (await _host.As("aud").Get("/audit?limit=3")).Json.GetProperty("entries").EnumerateArray()
            .Select(e => $"{e.GetProperty("actor").GetString()} {e.GetProperty("action").GetString()}");
        audit.ShouldBe(["lead@example.com DecideBudgetRequest", "lead@example.com PutGrant", "ada@example.com AskForBudget"]);
    }

    [Fact]
    public async Task Two_who_decide_at_once_get_one_decision_and_the_other_is_told_whose_it_is()
    {
        var parent = await Budget("root", "org", "1000");
        var child = await Budget("root", "team:sales", "10", parent);
        for (var round = 0; round < 10; round++)
        {
            var asked = (await Ask("jon", child, "5", "More calls")).ShouldBe(HttpStatusCode.Created);

            var answers = await Task.WhenAll(
                Decide("fin", asked, """{"decision":"grant"}"""),
                Decide("root", asked, """{"decision":"decline","reason":"not now"}"""));

            var (won, lost) = answers[0].Status == HttpStatusCode.OK ? (answers[0], answers[1]) : (answers[1], answers[0]);
            won.ShouldBe(HttpStatusCode.OK);
            lost.ShouldBe(HttpStatusCode.Conflict).Field("title").ShouldContain(won.Field("decidedBy"));
            var grants = _host.Snapshots.Current.Data.Grants.Count(g => g.RequestId == asked.Field("id"));
            grants.ShouldBe(won.Field("state") == "granted" ? 1 : 0);
        }
    }

    [Fact]
    public async Task A_loan_moves_what_one_has_to_the_other_and_comes_back()
    {
        var parent = await Budget("root", "team:eng", "100");
        var ml = await Budget("boss", "team:ml", "60", parent);
        var docs = await Budget("boss", "team:docs", "40", parent);
        var asked = await Ask("hal", docs, "25", "The handbook");
        (await Decide("boss", asked, """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.Conflict)
            .Field("detail").ShouldContain("$25.00 more than it has");

        (await Decide("boss", asked, $$"""{"decision":"grant","from":"{{ml}}"}""")).ShouldBe(HttpStatusCode.OK)
            .Field("state").ShouldBe("lent");

        (await View("boss", ml)).GetProperty("effectiveLimit").GetString().ShouldBe("35.000000000");
        (await View("boss", ml)).GetProperty("loans").EnumerateArray().Single().GetProperty("to").GetString().ShouldBe("team:docs");
        var borrower = await View("hal", docs);
        borrower.GetProperty("effectiveLimit").GetString().ShouldBe("65.000000000");
        borrower.GetProperty("grants").EnumerateArray().Single().GetProperty("from").GetString().ShouldBe("team:ml");
        (await View("boss", parent)).GetProperty("allocated").GetString().ShouldBe("100.000000000");

        var grant = borrower.GetProperty("grants").EnumerateArray().Single().GetProperty("id").GetString();
        (await _host.As("boss").Delete($"/budgets/{docs}/grants/{grant}")).ShouldBe(HttpStatusCode.OK)
            .Field("effectiveLimit").ShouldBe("40.000000000");
        (await View("boss", ml)).GetProperty("effectiveLimit").GetString().ShouldBe("60.000000000");
    }

    [Fact]
    public async Task A_loan_fits_into_what_the_lender_has_left()
    {
        var ml = await Budget("root", "team:ml", "60");
        var docs = await Budget("root", "team:docs", "40");
        _host.Balances.Known[ml] = new BudgetBalance(50_000_000_000, 0, 10_000_000_000);
        var asked = await Ask("hal", docs, "25", "The handbook");

        (await Decide("boss", asked, $$"""{"decision":"grant","from":"{{ml}}"}""")).ShouldBe(HttpStatusCode.Conflict)
            .Field("detail").ShouldContain("$10.00");
        (await Decide("boss", asked, $$"""{"decision":"grant","amount":"10","from":"{{ml}}"}""")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_sees_ones_own_requests_and_those_that_are_ones_to_decide()
    {
        var platform = await Budget("root", "team:platform", "100");
        var ada = await Budget("lead", "person:ada@example.com", "20", platform);
        var sales = await Budget("root", "team:sales", "10");
        var asked = await Ask("ada", ada, "5", "Mine");
        await Ask("jon", sales, "5", "His");

        foreach (var (who, count) in new[] { ("ada", 1), ("jon", 1), ("bob", 0), ("lead", 1), ("boss", 0), ("ivy", 1), ("fin", 2), ("aud", 2), ("root", 2), ("ci", 0) })
        {
            (await Requests(who)).Count.ShouldBe(count, who);
        }

        (await Requests("fin", "?inbox=true")).ShouldBeEmpty();
        (await Requests("fin", "?mine=true")).ShouldBeEmpty();
        (await Requests("ada", "?mine=true&state=open")).Count.ShouldBe(1);
        (await Requests("ada", "?state=granted")).ShouldBeEmpty();
        var path = $"/budget-requests/{asked.Field("id")}";
        (await _host.As("bob").Get(path)).ShouldBe(HttpStatusCode.NotFound);
        (await _host.As("lead").Get(path)).ShouldBe(HttpStatusCode.OK).Field("reason").ShouldBe("Mine");
        (await Decide("bob", asked, """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.NotFound);
        (await Decide("ada", asked, """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.Forbidden)
            .Field("detail").ShouldContain("lead@example.com");
        (await Decide("aud", asked, """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.Forbidden);
        (await _host.As("lead").Delete(path)).ShouldBe(HttpStatusCode.Forbidden);
        (await _host.As("ada").Delete(path)).ShouldBe(HttpStatusCode.OK).Field("state").ShouldBe("withdrawn");
        (await _host.As("ada").Delete(path)).ShouldBe(HttpStatusCode.Conflict);
        (await Decide("lead", asked, """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.Conflict)
            .Field("title").ShouldContain("withdrawn by ada@example.com");
    }

    [Fact]
    public async Task Many_requests_are_read_page_by_page()
    {
        var budget = await Budget("root", "org", "100");
        foreach (var who in new[] { "ada", "bob", "cyd", "dan", "eve" })
        {
            (await Ask(who, budget, "1", who)).ShouldBe(HttpStatusCode.Created);
        }

        var first = (await _host.As("root").Get("/budget-requests?limit=3")).Json;
        first.GetProperty("requests").EnumerateArray().Select(r => r.GetProperty("reason").GetString()).ShouldBe(["eve", "dan", "cyd"]);
        var rest = await _host.As("root").Get($"/budget-requests?limit=3&cursor={first.GetProperty("nextCursor").GetString()}");
        rest.Json.GetProperty("requests").EnumerateArray().Select(r => r.GetProperty("reason").GetString()).ShouldBe(["bob", "ada"]);
        rest.Field("nextCursor").ShouldBe("(null)");
    }

    [Fact]
    public async Task One_asks_for_more_of_what_limits_one_once_and_an_agents_key_never()
    {
        var sales = await Budget("root", "team:sales", "10");
        var use = await Budget("root", "use:coding", "10");

        (await Ask("ada", sales, "1", "x")).ShouldBe(HttpStatusCode.BadRequest);
        (await Ask("aud", sales, "1", "x")).ShouldBe(HttpStatusCode.Forbidden);
        (await Ask("ci", use, "1", "x")).ShouldBe(HttpStatusCode.Forbidden);
        var asked = (await Ask("ada", use, "1", "x")).ShouldBe(HttpStatusCode.Created);
        (await Ask("ada", use, "2", "y")).ShouldBe(HttpStatusCode.Conflict).Field("detail").ShouldContain(asked.Field("id"));
        (await Ask("bob", use, "2", "y")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Nobody_decides_their_own_request_but_finance_and_administrators()
    {
        var platform = await Budget("root", "team:platform", "100");
        var lead = await Budget("boss", "team:infra", "10", await Budget("root", "team:eng", "100"));
        var own = await Budget("root", "person:lead@example.com", "10", platform);
        var asked = await Ask("lead", own, "5", "Mine");
        (await Requests("lead", "?inbox=true")).ShouldBeEmpty();

        (await Decide("lead", asked, """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.Forbidden)
            .Field("detail").ShouldContain("boss@example.com");
        (await Decide("boss", asked, """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.OK);
        lead.ShouldNotBeNull();
        var org = await Budget("root", "org", "1000");
        (await Decide("fin", await Ask("fin", org, "5", "Ours"), """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Beyond_the_whole_needs_to_be_said_and_to_have_an_end()
    {
        var parent = await Budget("root", "team:eng", "100");
        var ml = await Budget("boss", "team:ml", "100", parent);
        var asked = await Ask("gus", ml, "25", "Training");
        (await Decide("boss", asked, """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.Conflict);

        (await Decide("boss", asked, """{"decision":"grant","overAllocate":true,"until":"2999-01-01"}""")).ShouldBe(HttpStatusCode.OK);

        (await View("boss", parent)).GetProperty("allocated").GetString().ShouldBe("125.000000000");
        var total = (await _host.As("root").Post("/budgets", """{"scope":"team:ml","window":"total","limit":"5"}""")).Field("id");
        (await Decide("boss", await Ask("gus", total, "1", "x"), """{"decision":"grant","overAllocate":true}"""))
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Those_who_decide_are_told_after_it_is_stored_and_a_deaf_listener_changes_nothing()
    {
        var budget = await Budget("root", "team:platform", "10");
        var asked = await Ask("ada", budget, "5", "x");
        _host.Events.Fails = true;

        (await Decide("lead", asked, """{"decision":"decline","reason":"no"}""")).ShouldBe(HttpStatusCode.OK);
        (await Ask("ada", budget, "4", "again")).ShouldBe(HttpStatusCode.Created);

        _host.Events.Told.Count.ShouldBe(3);
        _host.Events.Told.First().ShouldBe($"{asked.Field("id")} asked of team:platform, to p_lead");
        _host.Events.Told.Skip(1).First().ShouldBe($"{asked.Field("id")} declined by p_lead");
    }

    [Fact]
    public async Task A_grant_lasts_as_asked_or_to_the_end_of_the_window_or_for_good()
    {
        foreach (var (window, ask, decide, until) in new[]
        {
            ("month", "", "", "window"),
            ("day", "\"until\":\"2999-05-01\",", "", "2999-05-01T00:00:00.000Z"),
            ("week", "\"until\":\"2999-05-01\",", ",\"until\":\"2999-04-01\"", "2999-04-01T00:00:00.000Z"),
            ("total", "", "", "(null)"),
            ("rolling30d", "", "", "(null)"),
        })
        {
            var budget = (await _host.As("root").Post("/budgets", $$"""{"scope":"org","window":"{{window}}","limit":"5"}""")).Field("id");
            var asked = await _host.As("ada").Post("/budget-requests", $$"""{{{ask}}"budget":"{{budget}}","amount":"1","reason":"x"}""");

            (await Decide("root", asked, $$"""{"decision":"grant"{{decide}}}""")).ShouldBe(HttpStatusCode.OK);

            var end = (await View("ada", budget)).GetProperty("grants")[0].GetProperty("until").GetString() ?? "(null)";
            if (until == "window")
            {
                end.ShouldEndWith("-01T00:00:00.000Z");
            }
            else
            {
                end.ShouldBe(until);
            }
        }
    }

    private async Task<string> Budget(string who, string scope, string limit, string? parent = null) =>
        (await _host.As(who).Post(
            "/budgets",
            $$"""{"scope":"{{scope}}","window":"month","limit":"{{limit}}"{{(parent is null ? "" : $",\"parentId\":\"{parent}\"")}}}"""))
        .ShouldBe(HttpStatusCode.Created).Field("id");

    private Task<Answer> Ask(string who, string budget, string amount, string reason) => _host.As(who).Post(
        "/budget-requests", $$"""{"budget":"{{budget}}","amount":"{{amount}}","reason":"{{reason}}"}""");

    private Task<Answer> Decide(string who, Answer request, string decision) =>
        _host.As(who).Post($"/budget-requests/{request.Field("id")}/decision", decision);

    private async Task<List<JsonElement>> Requests(string who, string query = "") =>
        [.. (await _host.As(who).Get("/budget-requests" + query)).ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("requests").EnumerateArray()];

    private async Task<JsonElement> View(string who, string id) =>
        (await _host.As(who).Get("/budgets")).Json.GetProperty("budgets").EnumerateArray()
            .Single(b => b.GetProperty("id").GetString() == id);
}
