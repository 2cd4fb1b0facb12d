using System.Net;
using System.Text.Json;
using Assay.Server.Api;

namespace Assay.Server.Tests.Api;

/// <summary>Who may allocate what to whom, through the API.</summary>
public sealed class AllocationEndpointsTests : IAsyncLifetime
{
    private readonly ApiHost _host = new();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("lead", "person:ada@example.com", HttpStatusCode.Created)]
    [InlineData("lead", "team:infra", HttpStatusCode.Created)]
    [InlineData("lead", "key:k_eve", HttpStatusCode.Created)]
    [InlineData("lead", "agent:ci", HttpStatusCode.Created)]
    [InlineData("lead", "person:lead@example.com", HttpStatusCode.Forbidden)]
    [InlineData("lead", "key:k_lead", HttpStatusCode.Forbidden)]
    [InlineData("boss", "person:ada@example.com", HttpStatusCode.Forbidden)]
    [InlineData("fay", "person:eve@example.com", HttpStatusCode.Forbidden)]
    [InlineData("ivy", "person:kim@example.com", HttpStatusCode.BadRequest)]
    [InlineData("fin", "person:ada@example.com", HttpStatusCode.Forbidden)]
    [InlineData("root", "person:ada@example.com", HttpStatusCode.Created)]
    public async Task From_a_team_its_manager_allocates_to_those_below_and_not_to_themself(
        string who, string scope, HttpStatusCode status)
    {
        var parent = await Create("root", "team:platform", "100");

        (await Post(who, scope, "10", parent)).ShouldBe(status);
    }

    [Fact]
    public async Task Finance_allocates_from_the_company_and_a_manager_no_budget_that_stands_alone()
    {
        var org = await Create("root", "org", "100");

        (await Post("fin", "team:eng", "40", org)).ShouldBe(HttpStatusCode.Created);
        (await Post("fin", "model:gpt-*", "40", org)).ShouldBe(HttpStatusCode.Created);
        (await Post("fin", "team:sales", "21", org)).ShouldBe(HttpStatusCode.Conflict).Field("detail").ShouldContain("$1.00 more");
        (await Post("fin", "team:ml", "1", null)).ShouldBe(HttpStatusCode.Forbidden);
        (await Post("boss", "team:ml", "1", null)).ShouldBe(HttpStatusCode.Forbidden);
        (await Post("boss", "team:ml", "1", org)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_manager_changes_and_removes_what_they_allocated_and_not_what_they_were_given()
    {
        var eng = await Create("root", "team:eng", "100");
        var platform = await Create("boss", "team:platform", "50", eng);
        var ada = await Create("lead", "person:ada@example.com", "10", platform);

        (await Patch("lead", platform, """{"limit":"60"}""")).ShouldBe(HttpStatusCode.Forbidden);
        (await Patch("lead", platform, """{"overAllocation":true}""")).ShouldBe(HttpStatusCode.Forbidden);
        (await Patch("lead", ada, """{"limit":"51"}""")).ShouldBe(HttpStatusCode.Conflict).Field("detail").ShouldContain("$1.00 more");
        (await Patch("lead", ada, """{"limit":"50","atLimit":"throttle"}""")).ShouldBe(HttpStatusCode.OK).Field("atLimit").ShouldBe("throttle");
        (await Patch("lead", ada, """{"parentId":""}""")).ShouldBe(HttpStatusCode.Forbidden);
        (await Patch("lead", ada, $$"""{"parentId":"{{eng}}"}""")).ShouldBe(HttpStatusCode.Forbidden);
        (await Patch("boss", platform, """{"limit":"49"}""")).ShouldBe(HttpStatusCode.Conflict);
        (await Patch("boss", platform, """{"limit":"49","overAllocation":true}""")).ShouldBe(HttpStatusCode.OK);
        (await Patch("boss", platform, """{"overAllocation":false}""")).ShouldBe(HttpStatusCode.Conflict);
        (await _host.As("boss").Delete($"/budgets/{platform}")).ShouldBe(HttpStatusCode.Conflict).Field("detail").ShouldContain(ada);
        (await _host.As("ivy").Delete($"/budgets/{ada}")).ShouldBe(HttpStatusCode.NotFound);
        (await _host.As("lead").Delete($"/budgets/{ada}")).ShouldBe(HttpStatusCode.NoContent);
        (await _host.As("boss").Delete($"/budgets/{platform}")).ShouldBe(HttpStatusCode.NoContent);
        (await _host.As("boss").Delete($"/budgets/{eng}")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("team:sales", "month", "usd", "does not contain")]
    [InlineData("team:ml", "week", "usd", "use the parent's window and unit")]
    [InlineData("team:ml", "month", "tokens", "use the parent's window and unit")]
    public async Task A_part_is_within_its_whole_and_counts_alike(string scope, string window, string unit, string says)
    {
        var eng = await Create("root", "team:eng", "100");

        (await _host.As("root").Post(
            "/budgets", $$"""{"scope":"{{scope}}","window":"{{window}}","unit":"{{unit}}","limit":"1","parentId":"{{eng}}"}"""))
            .ShouldBe(HttpStatusCode.BadRequest).Json.GetProperty("errors").GetProperty("parentId")[0].GetString()
            .ShouldNotBeNull().ShouldContain(says);
    }

    [Fact]
    public async Task A_budget_cannot_be_allocated_from_itself_or_from_a_part_of_itself()
    {
        var eng = await Create("root", "team:eng", "100");
        var again = await Create("root", "team:ml", "10", eng);

        (await Patch("root", eng, $$"""{"parentId":"{{eng}}"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await Patch("root", eng, $$"""{"parentId":"{{again}}"}""")).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_budget_tells_where_it_comes_from_where_it_goes_and_whom_to_ask()
    {
        var eng = await Create("root", "team:eng", "100");
        var platform = await Create("boss", "team:platform", "50", eng);
        await Create("lead", "person:ada@example.com", "10", platform);
        await Create("lead", "person:bob@example.com", "15", platform);

        var seen = await View("ada", platform);

        seen.GetProperty("parent").GetProperty("id").GetString().ShouldBe(eng);
        seen.GetProperty("parent").GetProperty("scope").GetString().ShouldBe("team:eng");
        seen.GetProperty("allocated").GetString().ShouldBe("25.000000000");
        seen.GetProperty("effectiveLimit").GetString().ShouldBe("50.000000000");
        seen.GetProperty("overAllocation").GetBoolean().ShouldBeFalse();
        seen.GetProperty("owners").EnumerateArray().Single().GetString().ShouldBe("lead@example.com");
        seen.GetProperty("askFor").EnumerateArray().Single().GetString().ShouldBe("boss@example.com");
        (await View("ada", eng)).GetProperty("parent").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_manager_sees_what_they_allow_a_person_but_not_what_the_person_has_used()
    {
        var platform = await Create("root", "team:platform", "100");
        var ada = await Create("lead", "person:ada@example.com", "10", platform);
        _host.Balances.Known[ada] = new BudgetBalance(4, 0, 6);
        _host.Balances.Known[platform] = new BudgetBalance(4, 0, 6);

        (await View("ada", ada)).GetProperty("posted").GetString().ShouldBe("0.000000004");
        (await View("fin", ada)).GetProperty("posted").GetString().ShouldBe("0.000000004");
        var seen = await View("lead", ada);
        seen.GetProperty("limit").GetString().ShouldBe("10.000000000");
        seen.GetProperty("posted").GetString().ShouldBeNull();
        seen.GetProperty("remaining").GetString().ShouldBeNull();
        (await View("lead", platform)).GetProperty("posted").GetString().ShouldBe("0.000000004");

        // Who asks for more shows what is left, until it is decided.
        var asked = await _host.As("ada").Post("/budget-requests", $$"""{"budget":"{{ada}}","amount":"5","reason":"x"}""");
        var path = $"/budget-requests/{asked.Field("id")}";
        (await _host.As("lead").Get(path)).Field("remaining").ShouldBe("0.000000006");
        (await _host.As("lead").Post(path + "/decision", """{"decision":"grant"}""")).ShouldBe(HttpStatusCode.OK);
        (await _host.As("lead").Get(path)).Field("remaining").ShouldBe("(null)");
    }

    [Fact]
    public async Task A_removed_budget_takes_its_loans_with_it()
    {
        var ml = await Create("root", "team:ml", "60");
        var docs = await Create("root", "team:docs", "40");
        var asked = await _host.As("hal").Post("/budget-requests", $$"""{"budget":"{{docs}}","amount":"5","reason":"x"}""");
        (await _host.As("boss").Post($"/budget-requests/{asked.Field("id")}/decision", $$"""{"decision":"grant","from":"{{ml}}"}"""))
            .ShouldBe(HttpStatusCode.OK);

        (await _host.As("root").Delete($"/budgets/{ml}")).ShouldBe(HttpStatusCode.NoContent);

        var left = await View("hal", docs);
        left.GetProperty("effectiveLimit").GetString().ShouldBe("40.000000000");
        left.GetProperty("grants").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_grant_is_ended_by_those_who_decide_and_not_by_whom_it_helps()
    {
        var eng = await Create("root", "team:eng", "100");
        var ml = await Create("boss", "team:ml", "50", eng);
        var asked = await _host.As("gus").Post("/budget-requests", $$"""{"budget":"{{ml}}","amount":"5","reason":"x"}""");
        var granted = await _host.As("boss").Post($"/budget-requests/{asked.Field("id")}/decision", """{"decision":"grant"}""");
        var path = $"/budgets/{ml}/grants/{granted.Field("grant")}";

        (await _host.As("gus").Delete(path)).ShouldBe(HttpStatusCode.Forbidden);
        (await _host.As("ivy").Delete(path)).ShouldBe(HttpStatusCode.NotFound);
        (await _host.As("boss").Delete($"/budgets/{eng}/grants/{granted.Field("grant")}")).ShouldBe(HttpStatusCode.NotFound);
        (await _host.As("boss").Delete(path)).ShouldBe(HttpStatusCode.OK).Field("effectiveLimit").ShouldBe("50.000000000");
        var version = _host.Snapshots.Current.Version;
        (await _host.As("boss").Delete(path)).ShouldBe(HttpStatusCode.OK);
        _host.Snapshots.Current.Version.ShouldBe(version);
    }

    private async Task<string> Create(string who, string scope, string limit, string? parent = null) =>
        (await Post(who, scope, limit, parent)).ShouldBe(HttpStatusCode.Created).Field("id");

    private Task<Answer> Post(string who, string scope, string limit, string? parent) => _host.As(who).Post(
        "/budgets",
        $$"""{"scope":"{{scope}}","window":"month","limit":"{{limit}}"{{(parent is null ? "" : $",\"parentId\":\"{parent}\"")}}}""");

    private Task<Answer> Patch(string who, string id, string change) => _host.As(who).Patch($"/budgets/{id}", change);

    private async Task<JsonElement> View(string who, string id) =>
        (await _host.As(who).Get("/budgets")).Json.GetProperty("budgets").EnumerateArray()
            .Single(b => b.GetProperty("id").GetString() == id);
}
