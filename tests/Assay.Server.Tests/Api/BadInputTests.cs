using System.Net;
using System.Text;
using Assay.Server.Api;

namespace Assay.Server.Tests.Api;

/// <summary>Every input that is not as documented is a 400 that names the field and says what to do.</summary>
public sealed class BadInputTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string s_long = new('a', 300);

    /// <summary>Path, body, the field that is named, a part of what is said about it.</summary>
    public static TheoryData<string, string, string, string> Bodies { get; } = new()
    {
        { "/teams", "{}", "id", "is missing" },
        { "/teams", """{"id":""}""", "id", "is missing" },
        { "/teams", """{"id":"Platform"}""", "id", "lower-case" },
        { "/teams", """{"id":"-x"}""", "id", "beginning with" },
        { "/teams", """{"id":"a b"}""", "id", "lower-case" },
        { "/teams", $$"""{"id":"{{s_long}}"}""", "id", "1 to 64" },
        { "/teams", """{"id":"x","parent":"nowhere"}""", "parent", "create it first" },
        { "/teams", """{"id":"x","name":""}""", "name", "is missing" },
        { "/teams", """{"id":"x","name":" x"}""", "name", "space" },
        { "/teams", """{"id":"x","name":"a\u0007b"}""", "name", "control" },
        { "/teams", """{"id":"x","name":"a\u202eb"}""", "name", "invisible" },
        { "/teams", $$"""{"id":"x","name":"{{s_long}}"}""", "name", "at most 120" },
        { "/teams", """{"id":"x","parrent":"org"}""", "parrent", "Its fields are: id, parent, name" },
        { "/teams", """{"ID":"x"}""", "ID", "is not a field" },
        { "/people", "{}", "email", "is missing" },
        { "/people", """{"email":"ada"}""", "email", "such as ada@example.com" },
        { "/people", """{"email":"a@b@c"}""", "email", "such as ada@example.com" },
        { "/people", """{"email":"a b@c.d"}""", "email", "such as ada@example.com" },
        { "/people", """{"email":"x@y.z","role":"boss"}""", "role", "employee, manager, finance, auditor, admin" },
        { "/people", """{"email":"x@y.z","role":"Admin"}""", "role", "employee, manager" },
        { "/people", """{"email":"x@y.z","team":"nowhere"}""", "team", "create it first" },
        { "/people", """{"email":"x@y.z","isAdmin":"true"}""", "isAdmin", "is not a field" },
        { "/agents", """{"id":"x"}""", "owner", "is missing" },
        { "/agents", """{"owner":"ada@example.com"}""", "id", "is missing" },
        { "/agents", """{"id":"x","owner":"no@body.com"}""", "owner", "create them first" },
        { "/agents", """{"id":"x","owner":"ada@example.com","team":"nowhere"}""", "team", "create it first" },
        { "/keys", "{}", "owner", "e-mail address or an agent's id" },
        { "/keys", """{"owner":"ada@example.com"}""", "name", "is missing" },
        { "/keys", """{"owner":"no@body.com","name":"x"}""", "owner", "create them first" },
        { "/keys", """{"owner":"no-agent","name":"x"}""", "owner", "create it first" },
        { "/keys", """{"owner":"ada@example.com","name":"x","useCase":"Code Review"}""", "useCase", "lower-case" },
        { "/keys", """{"owner":"ada@example.com","name":"x","useCases":["ok","Not OK"]}""", "useCases", "lower-case" },
        { "/keys", """{"owner":"ada@example.com","name":"x","models":[""]}""", "models", "pattern" },
        { "/keys", """{"owner":"ada@example.com","name":"x","models":[null]}""", "models", "pattern" },
        { "/keys", """{"owner":"ada@example.com","name":"x","models":["a b"]}""", "models", "pattern" },
        { "/keys", """{"owner":"ada@example.com","name":"x","expiresAt":"tomorrow"}""", "expiresAt", "2027-01-31T00:00:00Z" },
        { "/keys", """{"owner":"ada@example.com","name":"x","expiresAt":"2999-01-31T00:00:00"}""", "expiresAt", "is not a time" },
        { "/keys", """{"owner":"ada@example.com","name":"x","expiresAt":"2001-01-31T00:00:00Z"}""", "expiresAt", "has passed" },
        { "/keys", """{"owner":"ada@example.com","name":"x","secret":"ask_mine"}""", "secret", "is not a field" },
        { "/budgets", "{}", "scope", "org, team:ID" },
        { "/budgets", """{"scope":"galaxy","window":"day","limit":"1"}""", "scope", "org, team:ID" },
        { "/budgets", """{"scope":"team:","window":"day","limit":"1"}""", "scope", "org, team:ID" },
        { "/budgets", """{"scope":"team:nowhere","window":"day","limit":"1"}""", "scope", "create it first" },
        { "/budgets", """{"scope":"person:no@body.com","window":"day","limit":"1"}""", "scope", "create them first" },
        { "/budgets", """{"scope":"person:p_ada","window":"day","limit":"1"}""", "scope", "e-mail" },
        { "/budgets", """{"scope":"key:k_none","window":"day","limit":"1"}""", "scope", "does not exist" },
        { "/budgets", """{"scope":"org","limit":"1"}""", "window", "day, week, month, total" },
        { "/budgets", """{"scope":"org","window":"year","limit":"1"}""", "window", "day, week, month, total" },
        { "/budgets", """{"scope":"org","window":"day"}""", "limit", "is missing" },
        { "/budgets", """{"scope":"org","window":"day","limit":"-1"}""", "limit", "zero or more" },
        { "/budgets", """{"scope":"org","window":"day","limit":"1,5"}""", "limit", "25.00" },
        { "/budgets", """{"scope":"org","window":"day","limit":"1e3"}""", "limit", "25.00" },
        { "/budgets", """{"scope":"org","window":"day","limit":"0.0000000001"}""", "limit", "nine decimal places" },
        { "/budgets", """{"scope":"org","window":"day","limit":"99999999999"}""", "limit", "at most" },
        { "/budgets", """{"scope":"org","window":"day","unit":"tokens","limit":"1.5"}""", "limit", "whole number" },
        { "/budgets", """{"scope":"org","window":"day","unit":"euro","limit":"1"}""", "unit", "usd, tokens" },
        { "/budgets", """{"scope":"org","window":"day","limit":"1","atLimit":"explode"}""", "atLimit", "block, warn, reroute" },
        { "/budgets", """{"scope":"org","window":"day","limit":"1","atLimit":"reroute"}""", "rerouteTo", "is missing" },
        { "/budgets", """{"scope":"org","window":"day","limit":"1","rerouteTo":"a/b"}""", "rerouteTo", "only for budgets" },
        { "/budgets", """{"scope":"org","window":"day","limit":"1","atLimit":"reroute","rerouteTo":"qwen"}""", "rerouteTo", "metacode/qwen3-coder" },
        { "/budgets", """{"scope":"org","window":"day","limit":"1","parentId":"b_none"}""", "parentId", "GET /api/v1/budgets" },
        { "/budgets", """{"scope":"agent:nobody","window":"day","limit":"1"}""", "scope", "create it first" },
        { "/budgets", """{"scope":"model:a b","window":"day","limit":"1"}""", "scope", "pattern" },
        { "/budget-requests", "{}", "budget", "is missing" },
        { "/budget-requests", "{}", "amount", "is missing" },
        { "/budget-requests", "{}", "reason", "is missing" },
        { "/budget-requests", """{"budget":"b_none","amount":"1","reason":"x"}""", "budget", "not a budget of yours" },
        { "/budget-requests", """{"budget":"b_none","amount":"0","reason":"x"}""", "amount", "above zero" },
        { "/budget-requests", """{"budget":"b_none","amount":"1","reason":"a\u0007b"}""", "reason", "control" },
        { "/budget-requests", $$"""{"budget":"b","amount":"1","reason":"{{new string('a', 2001)}}"}""", "reason", "at most 2000" },
        { "/budget-requests", """{"budget":"b","amount":"1","reason":"x","until":"soon"}""", "until", "2027-01-31" },
        { "/budget-requests", """{"budget":"b","amount":"1","reason":"x","until":"2001-01-31"}""", "until", "has passed" },
        { "/budget-requests", """{"budget":"b","amount":"1","reason":"x","state":"granted"}""", "state", "is not a field" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_bad_field_is_named_with_what_to_do(string path, string body, string field, string says)
    {
        var version = host.Snapshots.Current.Version;

        var answer = (await host.As("root").Post(path, body)).ShouldBe(HttpStatusCode.BadRequest);

        answer.Json.GetProperty("errors").GetProperty(field)[0].GetString().ShouldNotBeNull().ShouldContain(says);
        answer.Field("detail").ShouldContain(field);
        (await host.Store.Directory.VersionAsync(ApiHost.Ct)).ShouldBe(version);
    }

    [Theory]
    [InlineData("/teams/sales", """{"name":""}""", "name")]
    [InlineData("/teams/sales", """{"id":"other"}""", "id")]
    [InlineData("/teams/sales", """{"attribution":"no"}""", "attribution")]
    [InlineData("/people/ada@example.com", """{"attribution":"OFF"}""", "attribution")]
    [InlineData("/me", """{"attribution":"never"}""", "attribution")]
    [InlineData("/me", """{"role":"admin"}""", "role")]
    [InlineData("/people/ada@example.com", """{"role":"boss"}""", "role")]
    [InlineData("/people/ada@example.com", """{"team":"nowhere"}""", "team")]
    [InlineData("/people/ada@example.com", """{"email":"x@y.z"}""", "email")]
    [InlineData("/agents/ci", """{"owner":"nobody"}""", "owner")]
    [InlineData("/agents/ci", """{"team":"nowhere"}""", "team")]
    public async Task A_bad_change_is_named_too(string path, string body, string field) =>
        (await host.As("root").Patch(path, body)).ShouldBe(HttpStatusCode.BadRequest)
            .Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();

    [Fact]
    public async Task A_budgets_bad_change_is_named_too()
    {
        var admin = host.As("root");
        var id = (await admin.Post("/budgets", """{"scope":"use:bad-change","window":"day","limit":"1"}""")).Field("id");

        (await admin.Patch($"/budgets/{id}", """{"limit":"x"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await admin.Patch($"/budgets/{id}", """{"atLimit":"reroute"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await admin.Patch($"/budgets/{id}", """{"rerouteTo":"a/b"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await admin.Patch($"/budgets/{id}", """{"scope":"org"}""")).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("", "well-formed")]
    [InlineData("{", "well-formed")]
    [InlineData("[]", "one JSON object")]
    [InlineData("\"x\"", "one JSON object")]
    [InlineData("{\"id\":\"x\",}", "well-formed")]
    [InlineData("{\"id\":\"x\",\"id\":\"y\"}", "")]
    [InlineData("{\"id\":5}", "id")]
    [InlineData("{\"id\":[\"x\"]}", "id")]
    public async Task A_body_that_is_not_the_right_json_is_told_why(string body, string says) =>
        (await host.As("root").Post("/teams", body)).ShouldBe(HttpStatusCode.BadRequest)
            .Field("detail").ShouldContain(says);

    [Fact]
    public async Task A_body_beyond_a_mebibyte_is_refused()
    {
        var body = $$"""{"id":"{{new string('a', JsonBody<CreateTeam>.BytesMax)}}"}""";

        (await host.As("root").Post("/teams", body)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/api/v1/teams");
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.As("root").SendAsync(chunked, ApiHost.Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_body_that_is_not_declared_as_json_is_refused()
    {
        using var content = new StringContent("""{"id":"x"}""", Encoding.UTF8, "text/plain");
        using var response = await host.As("root").PostAsync(new Uri("/api/v1/teams", UriKind.Relative), content, ApiHost.Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Theory]
    [InlineData("/usage?group=persons", "group", "person, agent, team")]
    [InlineData("/usage?group=person,person", "group", "twice")]
    [InlineData("/usage?group=person,team,model,provider,useCase,key", "group", "at most 5")]
    [InlineData("/usage?from=yesterday", "from", "2026-08-21T14:00:00Z")]
    [InlineData("/usage?from=2026-08-21T14:00:00", "from", "is not a time")]
    [InlineData("/usage?from=2026-08-22&to=2026-08-21", "from", "not before")]
    [InlineData("/usage?person=no@body.com", "person", "create them first")]
    [InlineData("/usage?team=nowhere", "team", "create it first")]
    [InlineData("/usage?format=xml", "format", "csv")]
    [InlineData("/usage?grup=team", "grup", "is not a parameter")]
    [InlineData("/usage?team=eng&team=ml", "team", "more than once")]
    [InlineData("/requests?limit=0", "limit", "from 1 to")]
    [InlineData("/requests?limit=many", "limit", "from 1 to")]
    [InlineData("/requests?cursor=x", "cursor", "nextCursor")]
    [InlineData("/requests?outcome=fine", "outcome", "completed")]
    [InlineData("/requests?status=abc", "status", "whole number")]
    [InlineData("/requests?requestId=7", "requestId", "x-assay-request-id")]
    [InlineData("/requests?page=2", "page", "is not a parameter")]
    [InlineData("/people?team=nowhere", "team", "create it first")]
    [InlineData("/people?limit=-1", "limit", "from 1 to")]
    [InlineData("/teams?limit=1000000", "limit", "from 1 to")]
    [InlineData("/keys?revoked=yes", "revoked", "true")]
    [InlineData("/agents?x=1", "x", "is not a parameter")]
    [InlineData("/budgets?limit=x", "limit", "from 1 to")]
    [InlineData("/budget-requests?state=done", "state", "declined")]
    [InlineData("/budget-requests?inbox=1", "inbox", "true")]
    [InlineData("/budget-requests?limit=0", "limit", "from 1 to")]
    [InlineData("/rate-limits?scope=org", "scope", "is not a parameter")]
    [InlineData("/audit?cursor=x", "cursor", "nextCursor")]
    public async Task A_bad_parameter_is_named_with_what_to_do(string path, string field, string says) =>
        (await host.As("root").Get(path)).ShouldBe(HttpStatusCode.BadRequest)
            .Json.GetProperty("errors").GetProperty(field)[0].GetString().ShouldNotBeNull().ShouldContain(says);
}
