using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Server.Hosting;
using Assay.Server.Notifications.Channels;
using Assay.Server.Outcomes;
using Assay.Server.Store;
using Assay.Server.Tests.Api;

namespace Assay.Server.Tests.Outcomes;

/// <summary>The API with hosts configured that tell of outcomes, and their side of the wire.</summary>
public sealed class WebhookHost : IAsyncLifetime
{
    public const string Secret = "It's a Secret to Everybody";
    private static readonly DateTimeOffset s_start = new(2026, 10, 1, 9, 0, 0, TimeSpan.Zero);
    private int _deliveries;

    public string SigningSecret { get; } = StandardWebhook.NewSecret();

    internal ApiHost Api { get; private set; } = null!;

    internal IOutcomeStore Store => Api.Store.Outcomes;

    public async ValueTask InitializeAsync()
    {
        Api = new ApiHost
        {
            Config = new AssayConfig
            {
                Outcomes = new OutcomesConfig
                {
                    GitHub =
                    {
                        ["*"] = new() { WebhookSecret = Secret, UseCase = "coding" },
                        ["acme/closed"] = new() { WebhookSecret = "another secret" },
                    },
                    GitLab = { ["*"] = new() { WebhookSecret = SigningSecret }, ["old/*"] = new() { WebhookSecret = Secret, Team = "sales" } },
                    Jira = { ["SUP"] = new() { WebhookSecret = Secret, UseCase = "support" } },
                    People = { ["octo-ada"] = "ada@example.com" },
                    DeployWorkflows = ["deploy*"],
                },
            },
        };
        await Api.InitializeAsync();
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    public static string Sample(string name)
    {
        using var stream = typeof(WebhookHost).Assembly.GetManifestResourceStream("webhooks/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A moment of these lives, so many hours after their beginning.</summary>
    public static string Hour(int hour) => s_start.AddHours(hour).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Sha(int number) => number.ToString("x40", CultureInfo.InvariantCulture);

    /// <summary>Sends an event as GitHub does.</summary>
    public Task<string> GitHubAsync(string name, object body, string? delivery = null, string secret = Secret) =>
        GitHubAsync(name, JsonSerializer.Serialize(body), delivery, secret);

    public Task<string> GitHubAsync(string name, string body, string? delivery = null, string secret = Secret) => SendAsync("github", body, headers =>
    {
        headers.Add("X-GitHub-Event", name);
        headers.Add("X-GitHub-Delivery", delivery ?? $"delivery-{Interlocked.Increment(ref _deliveries)}");
        headers.Add("X-Hub-Signature-256", Sign(body, secret));
    });

    public Task<string> JiraAsync(object body, string? id = null)
    {
        var json = JsonSerializer.Serialize(body);
        return SendAsync("jira", json, headers =>
        {
            headers.Add("X-Hub-Signature", Sign(json, Secret));
            headers.Add("X-Atlassian-Webhook-Identifier", id ?? $"jira-{Interlocked.Increment(ref _deliveries)}");
        });
    }

    /// <summary>Sends an event as GitLab does that signs.</summary>
    public Task<string> GitLabAsync(string name, object body, DateTimeOffset? at = null, string? id = null)
    {
        var json = JsonSerializer.Serialize(body);
        var seconds = (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds();
        id ??= $"msg-{Interlocked.Increment(ref _deliveries)}";
        return SendAsync("gitlab", json, headers =>
        {
            headers.Add("X-Gitlab-Event", name);
            headers.Add("webhook-id", id);
            headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
            headers.Add("webhook-signature", "v1,bm9uZQ== " + StandardWebhook.Sign(SigningSecret, id, seconds, Encoding.UTF8.GetBytes(json)));
        });
    }

    /// <summary>The status, or what became of it if it was accepted.</summary>
    public async Task<string> SendAsync(string host, string body, Action<System.Net.Http.Headers.HttpRequestHeaders> sign)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/webhooks/{host}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        sign(request.Headers);
        using var client = new HttpClient { BaseAddress = Api.Address };
        using var answer = await client.SendAsync(request, ApiHost.Ct);
        var text = await answer.Content.ReadAsStringAsync(ApiHost.Ct);
        return answer.StatusCode == HttpStatusCode.Accepted
            ? JsonSerializer.Deserialize<JsonElement>(text).GetProperty("status").GetString()!
            : answer.StatusCode.ToString();
    }

    /// <summary>What has become of a repository's outcomes, the times in hours after the beginning.</summary>
    public async Task<string> FatesAsync(string repo)
    {
        var all = await Store.ListAsync(new OutcomeQuery { Repo = repo }, ApiHost.Ct);
        return string.Join('\n', all.OrderBy(o => o.Ref, StringComparer.Ordinal).Select(o =>
        {
            var s = o.State;
            var facts = new (string Name, long? Ms)[]
            {
                ("proposed", s.ProposedMs), ("accepted", s.AcceptedMs), ("deployed", s.DeployedMs), ("reverted", s.RevertedMs),
                ("restored", s.RestoredMs), ("reopened", s.ReopenedMs), ("abandoned", s.AbandonedMs),
            };
            return $"{o.Ref} {OutcomeWords.Word(s.Rung(s_start.AddHours(100).ToUnixTimeMilliseconds()))}:"
                + string.Concat(facts.Where(f => f.Ms is not null).Select(f => $" {f.Name} {(f.Ms - s_start.ToUnixTimeMilliseconds()) / 3_600_000}"));
        }));
    }

    private static string Sign(string body, string secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
}
