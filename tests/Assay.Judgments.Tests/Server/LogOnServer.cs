using System.Collections;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Judgments.Tests.Server;

/// <summary>A real server that keeps the log of a sandbox: fetched after webhooks as acme/shop, pushed to as acme/pushed.</summary>
internal sealed class LogOnServer : IAsyncDisposable
{
    public const string AdminKey = "admin-key-of-the-tests-0001";
    public const string Secret = "webhook-secret-of-the-tests";
    public const string Shop = "acme/shop";
    public const string Pushed = "acme/pushed";

    private readonly string _data;

    private LogOnServer(AssayServer server, string data)
    {
        (Server, _data) = (server, data);
        Address = new Uri(server.Addresses[0]);
        Admin = Client(AdminKey);
    }

    public AssayServer Server { get; }

    public Uri Address { get; }

    public HttpClient Admin { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<LogOnServer> StartAsync(string fetchFrom)
    {
        var data = Directory.CreateTempSubdirectory("assay-log-").FullName;
        var config = new AssayConfig
        {
            Urls = "http://127.0.0.1:0",
            Data = data,
            Timeouts = { DrainSeconds = 0 },
            Judgments =
            {
                Repositories =
                {
                    [Shop] = new() { FetchFrom = fetchFrom, WebhookSecret = Secret },
                    [Pushed] = new() { Pushers = ["agent:ci"] },
                },
            },
        };
        var server = await AssayServer.StartAsync(
            config,
            new AssayServerOptions { Environment = new Hashtable { ["ASSAY_ADMIN_KEY"] = AdminKey }, LogLevel = LogLevel.Critical },
            Ct);
        return new LogOnServer(server, data);
    }

    public HttpClient Client(string key)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + key);
        return client;
    }

    public async Task<string> KeyOfAsync(string email)
    {
        await Admin.PostAsJsonAsync("/api/v1/people", new { email, name = email, team = "org", role = "employee" }, Ct);
        return await KeyAsync(email);
    }

    public async Task<string> AgentKeyAsync(string id, string owner)
    {
        await Admin.PostAsJsonAsync("/api/v1/agents", new { id, owner }, Ct);
        return await KeyAsync(id);
    }

    public async Task<HttpResponseMessage> WebhookAsync(string repository, string secret, string branch = "main")
    {
        var body = JsonSerializer.Serialize(new { @ref = "refs/heads/" + branch, repository = new { full_name = repository } });
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/github")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-GitHub-Event", "push");
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + signature);
        using var client = new HttpClient { BaseAddress = Address };
        return await client.SendAsync(request, Ct);
    }

    /// <summary>What GitLab sends for a push, as its manual has it; the secret goes along as it is.</summary>
    public async Task<HttpResponseMessage> GitLabAsync(string project, string token, string hook = "Push Hook", string branch = "main")
    {
        var body = $$"""
            {
              "object_kind": "push", "event_name": "push", "before": "95790bf891e76fee5e1747ab589903a6a1f80f22",
              "after": "da1560886d4f094c3e6c9ef40349f7d38b5d27d7", "ref": "refs/heads/{{branch}}", "ref_protected": true,
              "checkout_sha": "da1560886d4f094c3e6c9ef40349f7d38b5d27d7", "user_id": 4, "user_username": "jsmith", "project_id": 15,
              "project": { "id": 15, "name": "Shop", "path_with_namespace": "{{project}}", "default_branch": "main", "visibility_level": 0 },
              "commits": [{ "id": "b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327", "message": "x", "added": ["CHANGELOG"], "modified": [], "removed": [] }],
              "total_commits_count": 4,
              "repository": { "name": "Shop", "url": "git@example.com:acme/shop.git", "git_http_url": "https://example.com/acme/shop.git" }
            }
            """;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/gitlab")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Gitlab-Event", hook);
        request.Headers.Add("X-Gitlab-Token", token);
        using var client = new HttpClient { BaseAddress = Address };
        return await client.SendAsync(request, Ct);
    }

    public async Task<JsonElement> GetAsync(string path) => await Admin.GetFromJsonAsync<JsonElement>("/api/v1/" + path, Ct);

    public async Task<JsonElement> RepositoryAsync(string name) => (await GetAsync("repositories")).GetProperty("repositories")
        .EnumerateArray().First(r => r.GetProperty("name").GetString() == name);

    /// <summary>Waits until the fetcher has taken in a commit.</summary>
    public async Task UntilHeadAsync(string name, string head)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var i = 0; ; i++)
        {
            if ((await GetAsync("repositories")).GetProperty("repositories").EnumerateArray()
                .Any(r => r.GetProperty("name").GetString() == name && r.GetProperty("head").GetString() == head))
            {
                return;
            }

            (i < 3000).ShouldBeTrue($"waited in vain for {head}");
            await timer.WaitForNextTickAsync(Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task<string> KeyAsync(string owner)
    {
        using var answer = await Admin.PostAsJsonAsync("/api/v1/keys", new { owner, name = "tests" }, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("secret").GetString()!;
    }
}
