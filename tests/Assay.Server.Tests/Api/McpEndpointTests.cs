using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Judgments.Entries;
using Assay.Server.Tests.Directory;
using Assay.Server.Tests.Judgments;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Assay.Server.Tests.Api;

/// <summary><c>/mcp</c>, called by the official client.</summary>
public sealed class McpEndpointTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_reads_over_http_and_its_draft_waits_for_the_person_behind_its_key()
    {
        await host.As("root").Put("/repositories", """{"name":"acme/shop","pushers":["agent:ci"]}""");
        var old = EntrySample.Entry(41) with { Title = "Locks in Redis", Affects = ["src/Locks/**"] };
        var live = EntrySample.Entry(42) with { Title = "Leases in the store", Affects = ["src/Locks/**"], Supersedes = [old.Id] };
        await host.As("ci").Post("/judgments/push", JudgmentsEndpointsTests.Push("acme/shop", Snapshots.Of(old, live)));
        await using var client = await ConnectAsync("ci");
        (await client.ListToolsAsync(cancellationToken: Ct)).Count.ShouldBe(6);

        var files = await AskAsync(client, "judgments_for_files", new() { ["files"] = new[] { "src/Locks/Lease.cs" } });
        files["governing"]!.AsArray().Select(e => (string)e!["title"]!).ShouldBe(["Leases in the store"]);
        files["not_live"]!.AsArray().ShouldHaveSingleItem()!["warning"].ShouldNotBeNull();

        var kept = await AskAsync(client, "draft_judgment", new() { ["title"] = "Renew at half time", ["because"] = "A pause may not lose it." });
        ((string?)kept["status"]).ShouldBe("proposed");

        // The agent belongs to root: it waits for them, and nobody else sees it as theirs.
        var pending = (await host.As("root").Get("/judgments/pending?repository=acme/shop")).Json.GetProperty("drafts")[0];
        pending.GetProperty("for").GetString().ShouldBe("root@example.com");
        pending.GetProperty("draftedBy").GetString().ShouldBe("agent:ci");
        (await host.As("ada").Get("/judgments/pending?repository=acme/shop")).Json.GetProperty("drafts").GetArrayLength().ShouldBe(0);
        var draft = JudgmentReader.Read(pending.GetProperty("content").GetString()!).Entry.ShouldNotBeNull();
        (draft.Status, draft.Owner, draft.Confidence).ShouldBe((JudgmentStatus.Proposed, null, null));
    }

    [Fact]
    public async Task Forging_over_http_fails_and_is_audited()
    {
        await using var client = await ConnectAsync("eve");
        foreach (var field in new[] { "owner", "confidence", "status", "accepted_by" })
        {
            var answer = await client.CallToolAsync(
                "draft_judgment", new Dictionary<string, object?> { ["title"] = "Ship it", [field] = "eve@example.com" }, cancellationToken: Ct);

            answer.IsError.ShouldBe(true);
            var audit = (await host.Store.Directory.AuditAsync(null, 1, Ct))[0];
            (audit.Action, audit.Actor).ShouldBe(("ForgeJudgment", "p_eve"));
            audit.After.ShouldNotBeNull().ShouldContain(field);
        }
    }

    [Fact]
    public async Task Without_a_key_from_another_origin_and_with_nonsense_it_is_refused()
    {
        (await PostAsync(null, "{}")).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync("ada", "{}", "https://evil.example")).ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync("ada", "nonsense")).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("ada", "[[[]]]")).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("ada", "{\"x\":\"" + new string('x', 300_000) + "\"}")).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var client = host.As("ada");
        (await client.GetAsync("/mcp", Ct)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    private async Task<HttpStatusCode> PostAsync(string? who, string body, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await host.As(who).SendAsync(request, Ct);
        return answer.StatusCode;
    }

    private async Task<McpClient> ConnectAsync(string who) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(host.Address, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + SampleOrg.SecretOf(who) },
        }),
        cancellationToken: Ct);

    private static async Task<JsonNode> AskAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        var answer = await client.CallToolAsync(tool, arguments, cancellationToken: Ct);
        answer.IsError.ShouldNotBe(true);
        return JsonNode.Parse(((TextContentBlock)answer.Content[0]).Text)!;
    }
}
