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
