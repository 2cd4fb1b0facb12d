using System.Net;

namespace Assay.Server.Tests.Api;

public sealed class RateLimitsEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_scope_has_one_rate_limit_which_is_set_replaced_and_removed()
    {
        var admin = host.As("root");

        var made = (await admin.Put("/rate-limits", """{"scope":"team:ml","requestsPerMinute":60,"concurrentStreams":4}"""))
            .ShouldBe(HttpStatusCode.Created);
        (await admin.Put("/rate-limits", """{"scope":"team:ml","requestsPerMinute":60,"concurrentStreams":4}"""))
            .ShouldBe(HttpStatusCode.OK).Field("id").ShouldBe(made.Field("id"));
        var version = host.Snapshots.Current.Version;
        var changed = (await admin.Put("/rate-limits", """{"scope":"team:ml","tokensPerMinute":100000}""")).ShouldBe(HttpStatusCode.OK);

        changed.Field("id").ShouldBe(made.Field("id"));
        changed.Json.GetProperty("tokensPerMinute").GetInt64().ShouldBe(100_000);
        changed.Json.GetProperty("requestsPerMinute").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        host.Snapshots.Current.Version.ShouldBe(version + 1);
        (await admin.Delete($"/rate-limits/{made.Field("id")}")).ShouldBe(HttpStatusCode.NoContent);
        (await admin.Delete($"/rate-limits/{made.Field("id")}")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task One_sees_the_rate_limits_that_bind_one()
    {
        var admin = host.As("root");
        foreach (var scope in new[] { "org", "team:platform", "team:sales", "person:ada@example.com", "person:bob@example.com", "use:seen" })
        {
            (await admin.Put("/rate-limits", $$"""{"scope":"{{scope}}","requestsPerMinute":10}""")).ShouldBe(HttpStatusCode.Created);
        }

        (await Seen("ada")).ShouldBe(["org", "person:ada@example.com", "team:platform", "use:seen"]);
        (await Seen("jon")).ShouldBe(["org", "team:sales", "use:seen"]);
        (await Seen("aud")).Count.ShouldBeGreaterThanOrEqualTo(6);

        async Task<List<string>> Seen(string name) =>
        [
            .. (await host.As(name).Get("/rate-limits")).Json.GetProperty("rateLimits").EnumerateArray()
                .Select(l => l.GetProperty("scope").GetString()!)
                .Where(s => s != "team:ml")
                .Order(StringComparer.Ordinal),
        ];
    }

    [Theory]
    [InlineData("""{"scope":"org"}""", "requestsPerMinute", "at least one")]
    [InlineData("""{"requestsPerMinute":1}""", "scope", "is missing")]
    [InlineData("""{"scope":"team:nowhere","requestsPerMinute":1}""", "scope", "create it first")]
    [InlineData("""{"scope":"org","requestsPerMinute":0}""", "requestsPerMinute", "from 1 to")]
    [InlineData("""{"scope":"org","tokensPerMinute":-5}""", "tokensPerMinute", "from 1 to")]
    [InlineData("""{"scope":"org","concurrentStreams":0}""", "concurrentStreams", "from 1 to")]
    public async Task A_bad_field_is_named_with_what_to_do(string body, string field, string says) =>
        (await host.As("root").Put("/rate-limits", body)).ShouldBe(HttpStatusCode.BadRequest)
            .Json.GetProperty("errors").GetProperty(field)[0].GetString().ShouldNotBeNull().ShouldContain(says);

    [Theory]
    [InlineData("""{"scope":"org","requestsPerMinute":"60"}""")]
    [InlineData("""{"scope":"org","requestsPerMinute":1.5}""")]
    [InlineData("""{"scope":"org","concurrentStreams":9999999999}""")]
    public async Task A_count_is_a_whole_number(string body) =>
        (await host.As("root").Put("/rate-limits", body)).ShouldBe(HttpStatusCode.BadRequest).Field("detail").ShouldContain("whole numbers");
}
