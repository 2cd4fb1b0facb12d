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
