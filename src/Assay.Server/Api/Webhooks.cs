using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Server.Hosting;
using Assay.Server.Judgments;
using Assay.Server.Notifications.Channels;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Hosts;

namespace Assay.Server.Api;

/// <summary>What became of a webhook.</summary>
/// <param name="Status"><c>taken</c>, <c>known</c> (it was taken before) or <c>ignored</c> (it says nothing that matters here).</param>
internal sealed record WebhookAnswer(string Status);

/// <summary>
/// What code hosts and ticket systems tell: <c>/webhooks/github</c>, <c>/webhooks/gitlab</c> and <c>/webhooks/jira</c>. Nothing is
/// believed before the signature over the body as it was sent has been checked.
/// </summary>
internal sealed class Webhooks(
    AssayConfig config, HostSecrets secrets, RepositoryFetcher fetcher, OutcomeSources sources, OutcomeDesk desk, TimeProvider clock)
{
    public const int BytesMax = 8 * 1024 * 1024;

    /// <summary>Takes one webhook.</summary>
    public async Task<IResult> TakeAsync(string host, HttpRequest request, CancellationToken ct)
    {
        if (await BodyAsync(request, ct) is not { } body)
        {
            return Problems.TooLarge(BytesMax);
        }

        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            return await TakeAsync(host, request, body, json.RootElement, ct);
        }
        catch (JsonException)
        {
            return Problems.Malformed("It is no event of this host.");
        }
    }

    private async Task<IResult> TakeAsync(string host, HttpRequest request, byte[] body, JsonElement json, CancellationToken ct)
    {
        var repo = host switch
        {
            // What GitHub tells of a whole organisation names no repository.
            OutcomeWords.GitHub => json.Text("repository", "full_name")
                ?? (json.Text("organization", "login") is { Length: > 0 } org ? org + "/" : null),
            OutcomeWords.GitLab => json.Text("project", "path_with_namespace"),
            _ => json.Text("issue", "fields", "project", "key"),
        };

        // One answer for a repository that is not there and for a wrong signature: neither can be tried out.
        var logSecret = host == OutcomeWords.Jira || repo is null ? null : secrets.WebhookSecret(repo);
        var isOfLog = logSecret is not null && IsFrom(host, request.Headers, body, logSecret);
        var source = repo is null ? null : sources.Find(host, repo);
        if (source is not null && !IsFrom(host, request.Headers, body, source.Secret))
        {
            source = null;
        }

        if (repo is null || (!isOfLog && source is null))
        {
            return TypedResults.Problem(Problems.NotSigned());
        }

        var name = host switch
        {
            OutcomeWords.GitHub => request.Headers["X-GitHub-Event"].ToString(),
            OutcomeWords.GitLab => request.Headers["X-Gitlab-Event"].ToString(),
            _ => json.Text("webhookEvent") ?? "",
        };
        var isFetched = isOfLog && name is "push" or "Push Hook"
            && json.Text("ref") == "refs/heads/" + config.Judgments.Repositories[repo].Branch;
        if (isFetched)
        {
            fetcher.Ask(repo);
        }

        source ??= new OutcomeSource("", config.Judgments.Repositories[repo].Team, "");
        var batch = host switch
        {
            OutcomeWords.GitHub => GitHubEvents.Read(name, json, source, sources),
            OutcomeWords.GitLab => GitLabEvents.Read(name, json, source, sources),
            _ => JiraEvents.Read(json, source),
        };
        if (batch.IsEmpty)
        {
            return TypedResults.Accepted((string?)null, new WebhookAnswer(isFetched ? "taken" : "ignored"));
        }

        var taken = await desk.TakeAsync(batch with { Deliveries = DeliveriesOf(host, name, request.Headers, body) }, ct);
        return TypedResults.Accepted((string?)null, new WebhookAnswer(taken is null ? "known" : "taken"));
    }

    private bool IsFrom(string host, IHeaderDictionary headers, byte[] body, string secret) => host switch
    {
        OutcomeWords.GitHub => HostSignatures.IsGitHub(headers, body, secret),
        OutcomeWords.GitLab => HostSignatures.IsGitLab(headers, body, secret, clock.GetUtcNow()),
        _ => HostSignatures.IsJira(headers, body, secret),
    };

    /// <summary>
    /// By what a delivery is known when it comes again: the id that the host gave it, and, since no signature covers that
    /// header, the signed body itself.
    /// </summary>
    private static List<DeliveryId> DeliveriesOf(string host, string name, IHeaderDictionary headers, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
        hash.AppendData(body);
        var known = new List<DeliveryId> { new(host, "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset())) };
        var id = host switch
        {
            OutcomeWords.GitHub => headers["X-GitHub-Delivery"].ToString(),
            OutcomeWords.GitLab => headers[StandardWebhook.IdHeader] is [{ Length: > 0 } signed] ? signed : headers["Idempotency-Key"].ToString(),
            _ => headers["X-Atlassian-Webhook-Identifier"].ToString(),
        };
        if (id.Length > 0)
        {
            known.Add(new(host, id));
        }

        return known;
    }

    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > BytesMax)
        {
            return null;
        }

        using var body = new MemoryStream((int)(request.ContentLength ?? 16 * 1024));
        var buffer = new byte[64 * 1024];
        for (int count; (count = await request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            body.Write(buffer, 0, count);
            if (body.Length > BytesMax)
            {
                return null;
            }
        }

        return body.ToArray();
    }
}

internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/webhooks").WithTags("Webhooks").AllowAnonymous();
        Map(OutcomeWords.GitHub, "Takes GitHub's events (pushes, pull requests, reviews, issues, deployments, workflow runs), signed with the webhook's secret.");
        Map(OutcomeWords.GitLab, "Takes GitLab's events (pushes, merge requests, issues, deployments, pipelines), signed as Standard Webhooks say or with the secret as token.");
        Map(OutcomeWords.Jira, "Takes Jira's issue events, signed with the webhook's secret.");

        void Map(string host, string summary) => group
            .MapPost("/" + host, (HttpRequest request, Webhooks webhooks, CancellationToken ct) => webhooks.TakeAsync(host, request, ct))
            .WithSummary(summary)
            .Produces<WebhookAnswer>(StatusCodes.Status202Accepted)
            .Refuses(StatusCodes.Status413PayloadTooLarge);
    }
}
