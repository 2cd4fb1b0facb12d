using System.Net;
using System.Text.Json;
using Assay.Ledger.Money;

namespace Assay.Server.Tests.Api;

public sealed class UsageEndpointsTests(UsageHost usage) : IClassFixture<UsageHost>
{
    private static readonly string[] s_names = UsageHost.Names;

    private readonly ApiHost _host = usage.Api;

    [Theory]
    [InlineData("ada", "ada")]
    [InlineData("fay", "fay")] // Manages two people: fewer than five.
    [InlineData("ivy", "ivy")] // Manages three.
    [InlineData("lead", "ada bob cyd dan lead eve fay ci")]
    [InlineData("boss", "boss ada bob cyd dan lead eve fay gus hal ci")]
    [InlineData("fin", "*")]
    [InlineData("aud", "*")]
    [InlineData("root", "*")]
    [InlineData("ci", "ci")]
    public async Task One_gets_the_sum_that_ones_role_needs(string name, string whose)
    {
        var rows = await Rows(name, "");

        rows.Count.ShouldBe(1);
        Whose(rows[0]).ShouldBe(whose == "*" ? [.. s_names.Order(StringComparer.Ordinal)] : Sorted(whose));
    }

    [Fact]
    public async Task A_managers_small_teams_are_reported_with_the_team_above_them()
    {
        var rows = await Rows("boss", "group=team");

        // ml and docs (one person each) and eng itself (one) are still three together: platform, with infra in it, the
        // smallest other group, joins them.
        rows.Select(r => r.GetProperty("team").GetString()).ShouldBe(["eng"]);
        (await Rows("fin", "group=team")).Select(r => r.GetProperty("team").GetString())
            .ShouldBe(["docs", "eng", "infra", "ml", "org", "platform", "sales"]);
    }

    [Theory]
    [InlineData("person")]
    [InlineData("key")]
    [InlineData("session")]
    [InlineData("agent")]
    public async Task A_manager_gets_their_own_row_and_one_of_all_others(string group)
    {
        var rows = await Rows("lead", "group=" + group);

        rows.Count.ShouldBe(2);
        var others = rows.Single(r => r.GetProperty(group).GetString() == "(others)");
        Whose(others).ShouldBe(Sorted("ada bob cyd dan eve fay ci"));
        Whose(rows.Single(r => r.GetProperty(group).GetString() != "(others)")).ShouldBe(["lead"]);
    }

    [Fact]
    public async Task No_row_that_a_manager_gets_names_another_person_whatever_is_asked()
    {
        var groups = new[] { "person", "team", "agent", "key", "useCase", "model", "session", "client", "day", "hour" };
        for (var i = 0; i < groups.Length; i++)
        {
            for (var j = i + 1; j < groups.Length; j++)
            {
                var text = (await _host.As("boss").Get($"/usage?{Times}&group={groups[i]},{groups[j]}")).ShouldBe(HttpStatusCode.OK).Text;
                foreach (var name in s_names.Where(n => n is not "boss"))
                {
                    text.ShouldNotContain($"\"{name}@example.com\"");
                    text.ShouldNotContain($"\"k_{name}\"");
                    text.ShouldNotContain($"\"s-{name}\"");
                    text.ShouldNotContain($"\"p_{name}\"");
                }

                text.ShouldNotContain("\"ci\"");
            }
        }
    }

    [Theory]
    [InlineData("ada", "person=bob@example.com", "person")]
    [InlineData("ada", "person=no@body.com", "person")]
    [InlineData("ada", "key=k_bob", "key")]
    [InlineData("ada", "key=k_none", "key")]
    [InlineData("ada", "agent=ci", "agent")]
    [InlineData("ada", "team=sales", "team")]
    [InlineData("boss", "person=ada@example.com", "person")]
    [InlineData("boss", "key=k_ada", "key")]
    [InlineData("boss", "agent=ci", "agent")]
    [InlineData("boss", "team=infra", "team")]
    [InlineData("boss", "team=ml", "team")]
    [InlineData("boss", "team=org", "team")]
    [InlineData("boss", "team=sales", "team")]
    [InlineData("ci", "person=root@example.com", "person")]
    public async Task What_is_not_ones_to_see_is_refused_by_name(string name, string filter, string field) =>
        (await _host.As(name).Get($"/usage?{Times}&{filter}")).ShouldBe(HttpStatusCode.BadRequest)
            .Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();

    [Theory]
    [InlineData("boss", "person=boss@example.com", "boss")]
    [InlineData("boss", "session=s-ada", "")]
    [InlineData("boss", "session=s-boss", "boss")]
    [InlineData("boss", "team=eng", "boss ada bob cyd dan lead eve fay gus hal ci")]
    [InlineData("lead", "team=platform", "ada bob cyd dan lead eve fay ci")]
    [InlineData("root", "agent=ci", "ci")]
    [InlineData("fin", "person=ada@example.com", "ada")]
    [InlineData("fin", "team=platform", "ada bob cyd dan lead eve fay ci")]
    [InlineData("ada", "team=eng", "ada")]
    [InlineData("ada", "key=k_ada", "ada")]
    [InlineData("ada", "model=gpt-4", "")]
    public async Task A_filter_narrows_what_one_may_see(string name, string filter, string whose)
    {
        var rows = await Rows(name, filter);

        (rows.Count == 0 ? [] : Whose(rows[0])).ShouldBe(Sorted(whose));
    }

    [Fact]
    public async Task A_row_has_its_groups_and_its_sums()
    {
        var answer = await _host.As("root").Get($"/usage?{Times}&group=person,model&person=root@example.com");

        // root's own call and that of the agent that root owns.
        answer.Json.GetProperty("rows")[0].GetRawText().ShouldBe(
            """{"person":"root@example.com","model":"gpt-5","requests":2,"inputTokens":20,"cacheReadTokens":0,"cacheWriteTokens":0,"outputTokens":14,"reasoningTokens":4,"costUsd":"0.000065537","estimatedCostUsd":"0.000000001","estimatedRequests":1,"unpricedRequests":0,"errors":0}""");
        answer.Field("from").ShouldBe("2026-09-21T00:00:00.000Z");
    }

    [Fact]
    public async Task Rows_are_in_the_order_of_their_names_never_of_their_volume()
    {
        var people = (await Rows("fin", "group=person")).Select(r => r.GetProperty("person").GetString()!).ToList();

        people.ShouldBe(people.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("&format=csv", null)]
    [InlineData("", "text/csv")]
    public async Task Usage_comes_as_csv_too(string format, string? accept)
    {
        var answer = await _host.As("root").Get($"/usage?{Times}&group=client,model{format}", accept);

        answer.MediaType.ShouldBe("text/csv");
        var lines = answer.Text.Split("\r\n");
        lines[0].ShouldBe("client,model,requests,inputTokens,cacheReadTokens,cacheWriteTokens,outputTokens,reasoningTokens,costUsd,estimatedCostUsd,estimatedRequests,unpricedRequests,errors");
        lines[1].ShouldBe("'=cmd|evil,gpt-5,1,10,0,0,7,2,0.000000001,0.000000001,1,0,0");
        lines[^1].ShouldBe("");
    }

    [Fact]
    public async Task Requests_come_newest_first_in_pages_that_neither_miss_nor_repeat()
    {
        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = (await _host.As("aud").Get($"/requests?limit=4{cursor}")).ShouldBe(HttpStatusCode.OK).Json;
            seen.AddRange(page.GetProperty("requests").EnumerateArray().Select(r => r.GetProperty("key").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? "&cursor=" + next : "";
        }
        while (cursor.Length > 0);

        seen.ShouldBe(s_names.Reverse().Select(n => "k_" + n));
    }

    [Theory]
    [InlineData("ada", 1)]
    [InlineData("boss", 1)]
    [InlineData("lead", 1)]
    [InlineData("ci", 1)]
    [InlineData("fin", 17)]
    [InlineData("root", 17)]
    public async Task Single_requests_are_ones_own_except_for_those_who_audit(string name, int count) =>
        (await _host.As(name).Get("/requests")).Json.GetProperty("requests").GetArrayLength().ShouldBe(count);

    [Fact]
    public async Task A_request_tells_everything_that_is_known_of_it_but_no_content()
    {
        var request = (await _host.As("root").Get("/requests?session=s-root")).Json.GetProperty("requests")[0];

        request.GetProperty("startedAt").GetString().ShouldBe("2026-09-21T14:13:20.000Z");
        request.GetProperty("person").GetString().ShouldBe("root@example.com");
        request.GetProperty("outcome").GetString().ShouldBe("completed");
        request.GetProperty("marks").EnumerateArray().Select(m => m.GetString()).ShouldBe(["estimated", "streamed"]);
        request.GetProperty("firstByteMs").ValueKind.ShouldBe(JsonValueKind.Null);
        request.GetProperty("costUsd").GetString().ShouldBe("0.000000001");
        var csv = (await _host.As("root").Get("/requests?session=s-root&format=csv")).Text.Split("\r\n");
        csv[0].ShouldStartWith("id,requestId,startedAt,durationMs");
        csv[1].ShouldContain("estimated streamed");
        csv[0].Split(',').Length.ShouldBe(csv[1].Split(',').Length);
    }

    private static string Times => "from=2026-09-21&to=2026-09-22";

    private async Task<List<JsonElement>> Rows(string name, string query) =>
    [
        .. (await _host.As(name).Get($"/usage?{Times}&{query}")).ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("rows").EnumerateArray(),
    ];

    private static List<string> Whose(JsonElement row)
    {
        var text = row.GetProperty("costUsd").GetString()!;
        NanoUsd.TryParse(text, out var cost).ShouldBeTrue(text);
        return [.. s_names.Where((_, i) => (cost.Nanos & (1L << i)) != 0).Order(StringComparer.Ordinal)];
    }

    private static List<string> Sorted(string names) =>
        [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}
