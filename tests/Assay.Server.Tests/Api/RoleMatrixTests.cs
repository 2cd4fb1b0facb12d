using System.Net;
using Assay.Server.Directory;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Assay.Server.Tests.Api;

/// <summary>Every endpoint against every role. A new endpoint fails the last test until it has a row here.</summary>
public sealed class RoleMatrixTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly Dictionary<string, string> s_people = new(StringComparer.Ordinal)
    {
        ["employee"] = "ada",
        ["manager"] = "boss",
        ["finance"] = "fin",
        ["auditor"] = "aud",
        ["admin"] = "root",
        ["agent"] = "ci",
    };

    private const string Everybody = "employee manager finance auditor admin agent";

    /// <summary>Method, path, body, who is let through (the others get 403).</summary>
    public static TheoryData<string, string, string?, string> Matrix { get; } = new()
    {
        { "GET", "/me", null, Everybody },
        { "PATCH", "/me", "{}", "employee manager finance auditor admin" },
        { "GET", "/teams/", null, Everybody },
        { "GET", "/people/", null, Everybody },
        { "GET", "/agents/", null, Everybody },
        { "GET", "/keys/", null, Everybody },
        { "GET", "/budgets/", null, Everybody },
        { "GET", "/usage", null, Everybody },
        { "GET", "/forecast", null, "manager finance auditor admin" },
        { "GET", "/exports/focus", null, "finance auditor admin" },
        { "GET", "/exports/calls", null, "finance auditor admin" },
        { "GET", "/exports/attribution", null, "finance auditor admin" },
        { "GET", "/exports/usage", null, "finance auditor admin" },
        { "GET", "/exports/outcomes", null, "finance auditor admin" },
        { "GET", "/exports/outcome-steps", null, "finance auditor admin" },
        { "GET", "/exports/outcome-commits", null, "finance auditor admin" },
        { "GET", "/exports/anchors", null, "finance auditor admin" },
        { "GET", "/exports/deployments", null, "finance auditor admin" },
        { "GET", "/exports/telemetry", null, "finance auditor admin" },
        { "GET", "/exports/signals", null, "finance auditor admin" },
        { "GET", "/exports/judgments", null, "finance auditor admin" },
        { "GET", "/exports/budgets", null, "finance auditor admin" },
        { "GET", "/exports/budget-requests", null, "finance auditor admin" },
        { "GET", "/exports/experiments", null, "finance auditor admin" },
        { "GET", "/exports/audit", null, "auditor admin" },
        { "GET", "/worth", null, Everybody },
        { "GET", "/worth/compare", null, Everybody },
        { "GET", "/worth/measures", null, Everybody },
        { "GET", "/requests", null, Everybody },
        { "GET", "/audit", null, "auditor admin" },
        { "POST", "/teams/", "{}", "admin" },
        { "PATCH", "/teams/{id}", "{}", "admin" },
        { "POST", "/people/", "{}", "admin" },
        { "PATCH", "/people/{email}", "{}", "admin" },
        { "POST", "/agents/", "{}", "admin" },
        { "PATCH", "/agents/{id}", "{}", "admin" },
        { "POST", "/keys/", "{}", "admin" },
        { "DELETE", "/keys/{id}", null, Everybody },
        { "POST", "/budgets/", "{}", "manager finance admin" },
        { "PATCH", "/budgets/{id}", "{}", "manager finance admin" },
        { "DELETE", "/budgets/{id}", null, "manager finance admin" },
        { "DELETE", "/budgets/{id}/grants/{grantId}", null, "manager finance admin" },
        { "GET", "/budget-requests/", null, Everybody },
        { "GET", "/budget-requests/{id}", null, Everybody },
        { "POST", "/budget-requests/", "{}", "employee manager finance auditor admin" },
        { "POST", "/budget-requests/{id}/decision", "{}", Everybody },
        { "DELETE", "/budget-requests/{id}", null, Everybody },
        { "GET", "/rate-limits/", null, Everybody },
        { "GET", "/notifications/", null, "employee manager finance auditor admin" },
        { "POST", "/notifications/{id}/read", null, "employee manager finance auditor admin" },
        { "POST", "/notifications/read-all", null, "employee manager finance auditor admin" },
        { "GET", "/me/notification-settings/", null, "employee manager finance auditor admin" },
        { "PUT", "/me/notification-settings/", "{}", "employee manager finance auditor admin" },
        { "POST", "/me/notification-settings/test", null, "employee manager finance auditor admin" },
        { "GET", "/judgments/", null, Everybody },
        { "GET", "/judgments/{id}", null, Everybody },
        { "GET", "/judgments/seals", null, Everybody },
        { "GET", "/judgments/pending", null, Everybody },
        { "GET", "/judgments/spend", null, Everybody },
        { "POST", "/judgments/push", "{}", Everybody },
        { "GET", "/repositories/", null, Everybody },
        { "PUT", "/repositories/", "{}", "admin" },
        { "GET", "/signals/", null, "employee manager finance auditor admin" },
        { "GET", "/signals/{id}", null, "employee manager finance auditor admin" },
        { "POST", "/signals/{id}/answer", "{}", "employee manager finance auditor admin" },
        { "POST", "/signals/{id}/lift", "{}", "employee manager finance auditor admin" },
        { "GET", "/goodhart/metrics", null, "employee manager finance auditor admin" },
        { "POST", "/goodhart/metrics", "{}", "admin" },
        { "GET", "/goodhart/metrics/{id}/audit", null, "finance auditor admin" },
        { "POST", "/goodhart/samples", "{\"days\":0}", "auditor admin" },
        { "GET", "/goodhart/samples", null, "employee manager finance auditor admin" },
        { "POST", "/goodhart/samples/{id}/rating", "{}", "employee manager finance auditor admin" },
        { "GET", "/goodhart/autopsy", null, "employee manager finance auditor admin" },
        { "GET", "/experiments/", null, "employee manager finance auditor admin" },
        { "GET", "/experiments/{id}", null, "finance auditor admin" },
        { "POST", "/experiments/", "{}", "admin" },
        { "POST", "/experiments/{id}/stop", "{}", "admin" },
        { "GET", "/outcomes/", null, "employee manager finance auditor admin" },
        { "GET", "/outcomes/{id}", null, "employee manager finance auditor admin" },
        { "POST", "/outcomes/", "{}", "admin" },
        { "POST", "/outcomes/import", "kind", "admin" },
        { "POST", "/outcomes/scan", "{}", "admin" },
        { "PUT", "/rate-limits/", "{}", "admin" },
        { "DELETE", "/rate-limits/{id}", null, "admin" },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Only_the_roles_of_an_endpoint_get_in(string method, string path, string? body, string roles)
    {
        var concrete = path.Replace("{id}", "nothing", StringComparison.Ordinal)
            .Replace("{grantId}", "nothing", StringComparison.Ordinal)
            .Replace("{email}", "nobody@example.com", StringComparison.Ordinal);
        foreach (var (role, name) in s_people)
        {
            var answer = await host.As(name).AskAsync(new HttpMethod(method), concrete, body);

            if (roles.Split(' ').Contains(role, StringComparer.Ordinal))
            {
                answer.Status.ShouldBeOneOf(
                    HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.NoContent, HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
            }
            else
            {
                answer.ShouldBe(HttpStatusCode.Forbidden);
            }
        }

        (await host.As(null).AskAsync(new HttpMethod(method), concrete, body)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.As("stranger").AskAsync(new HttpMethod(method), concrete, body)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public void Every_endpoint_of_the_api_has_a_policy_and_a_row_in_the_matrix()
    {
        var rows = Matrix.Select(row => $"{row.Data.Item1} /api/v1{row.Data.Item2}").ToHashSet(StringComparer.Ordinal);
        foreach (var endpoint in host.Endpoints().OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/api/", StringComparison.Ordinal) == true

                // Signed with a secret of their own; see Webhooks.
                && !e.RoutePattern.RawText.StartsWith("/api/v1/webhooks/", StringComparison.Ordinal)))
        {
            endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().ShouldNotBeEmpty(endpoint.DisplayName);
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                rows.ShouldContain($"{method} {endpoint.RoutePattern.RawText}");
            }
        }
    }

    [Theory]
    [InlineData("ada", 1, 3)]
    [InlineData("lead", 7, 4)]
    [InlineData("boss", 10, 6)]
    [InlineData("ivy", 3, 2)]
    [InlineData("fin", 16, 7)]
    [InlineData("aud", 16, 7)]
    [InlineData("root", 16, 7)]
    [InlineData("ci", 1, 4)]
    public async Task One_sees_the_people_and_teams_that_ones_role_needs(string name, int people, int teams)
    {
        var client = host.As(name);

        (await client.Get("/people")).Json.GetProperty("people").GetArrayLength().ShouldBe(people);
        (await client.Get("/teams")).Json.GetProperty("teams").GetArrayLength().ShouldBe(teams);
    }

    [Fact]
    public async Task A_key_of_somebody_else_can_be_revoked_by_an_administrator_alone()
    {
        (await host.As("ada").Delete("/keys/k_bob")).ShouldBe(HttpStatusCode.NotFound);
        (await host.As("lead").Delete("/keys/k_dan")).ShouldBe(HttpStatusCode.Forbidden);
        (await host.As("aud").Delete("/keys/k_dan")).ShouldBe(HttpStatusCode.Forbidden);
        (await host.As("root").Delete("/keys/k_dan")).ShouldBe(HttpStatusCode.NoContent);
        host.Snapshots.Current.FindKey(KeySecrets.Hash(Directory.SampleOrg.SecretOf("dan"))).ShouldBeNull();
    }
}
