using System.Net;
using Assay.Server.Api;

namespace Assay.Server.Tests.Api;

public sealed class BudgetsEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_budget_is_created_told_changed_and_removed()
    {
        var admin = host.As("root");
        const string Budget = """{"scope":"team:docs","window":"month","unit":"usd","limit":"25.5","atLimit":"block"}""";

        var made = (await admin.Post("/budgets", Budget)).ShouldBe(HttpStatusCode.Created);
        made.Field("limit").ShouldBe("25.500000000");
        (await admin.Post("/budgets", Budget)).ShouldBe(HttpStatusCode.OK).Field("id").ShouldBe(made.Field("id"));
        (await admin.Post("/budgets", """{"scope":"team:docs","window":"month","limit":"26"}"""))
            .ShouldBe(HttpStatusCode.Conflict).Field("detail").ShouldContain(made.Field("id"));
        (await admin.Post("/budgets", """{"scope":"team:docs","window":"day","limit":"26"}"""))
            .ShouldBe(HttpStatusCode.Created);

        var path = $"/budgets/{made.Field("id")}";
        var changed = (await admin.Patch(path, """{"limit":"30.000000001","atLimit":"reroute","rerouteTo":"metacode/qwen3-coder"}"""))
            .ShouldBe(HttpStatusCode.OK);
        changed.Field("limit").ShouldBe("30.000000001");
        changed.Field("rerouteTo").ShouldBe("metacode/qwen3-coder");
        (await admin.Patch(path, """{"atLimit":"warn"}""")).Field("rerouteTo").ShouldBe("(null)");
        (await admin.Delete(path)).ShouldBe(HttpStatusCode.NoContent);
        (await admin.Delete(path)).ShouldBe(HttpStatusCode.NotFound);
        (await admin.Patch(path, "{}")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("org", "org")]
    [InlineData("team:ml", "team:ml")]
    [InlineData("person:Gus@example.com", "person:gus@example.com")]
    [InlineData("key:k_gus", "key:k_gus")]
    [InlineData("use:code-review", "use:code-review")]
    public async Task Every_scope_is_told_as_it_was_written(string written, string told)
    {
        var made = await host.As("root").Post(
            "/budgets", $$"""{"scope":"{{written}}","window":"week","unit":"tokens","limit":"1000000"}""");

        made.ShouldBe(HttpStatusCode.Created).Field("scope").ShouldBe(told);
        made.Field("limit").ShouldBe("1000000");
        made.Field("unit").ShouldBe("tokens");
    }

    [Fact]
    public async Task A_balance_that_is_not_known_is_null_and_one_that_is_known_is_in_the_budgets_unit()
    {
        var admin = host.As("root");
        var known = (await admin.Post("/budgets", """{"scope":"use:known","window":"total","limit":"10"}""")).Field("id");
        var unknown = (await admin.Post("/budgets", """{"scope":"use:unknown","window":"total","limit":"10"}""")).Field("id");
        host.Balances.Known[known] = new BudgetBalance(4_000_000_001, 1, 5_999_999_998);

        var budgets = (await admin.Get("/budgets")).Json.GetProperty("budgets").EnumerateArray()
            .ToDictionary(b => b.GetProperty("id").GetString()!, StringComparer.Ordinal);

        budgets[known].GetProperty("posted").GetString().ShouldBe("4.000000001");
        budgets[known].GetProperty("pending").GetString().ShouldBe("0.000000001");
        budgets[known].GetProperty("remaining").GetString().ShouldBe("5.999999998");
        budgets[known].GetProperty("forecast").GetString().ShouldBeNull();
        budgets[unknown].GetProperty("posted").GetString().ShouldBeNull();
        budgets[unknown].GetProperty("remaining").GetString().ShouldBeNull();
    }

    [Fact]
    public async Task A_limit_that_can_stop_one_is_ones_to_see_and_another_persons_is_not()
    {
        var admin = host.As("root");
        foreach (var scope in new[] { "org", "team:eng", "team:infra", "team:sales", "person:eve@example.com", "person:ada@example.com", "key:k_eve", "key:k_ada", "use:seen" })
        {
            (await admin.Post("/budgets", $$"""{"scope":"{{scope}}","window":"day","limit":"1"}"""))
                .ShouldBe(HttpStatusCode.Created);
        }

        (await Daily("eve")).ShouldBe(["key:k_eve", "org", "person:eve@example.com", "team:eng", "team:infra", "use:seen"]);

        // A manager answers for what limits the people of their team; infra has a manager of its own.
        (await Daily("lead")).ShouldBe(["key:k_ada", "org", "person:ada@example.com", "team:eng", "team:infra", "use:seen"]);
        (await Daily("jon")).ShouldBe(["org", "team:sales", "use:seen"]);
        (await Daily("fin")).Count.ShouldBe(9);

        async Task<List<string>> Daily(string name) =>
        [
            .. (await host.As(name).Get("/budgets")).Json.GetProperty("budgets").EnumerateArray()
                .Where(b => b.GetProperty("window").GetString() == "day")
                .Select(b => b.GetProperty("scope").GetString()!)
                .Where(s => s != "team:docs")
                .Order(StringComparer.Ordinal),
        ];
    }
}
