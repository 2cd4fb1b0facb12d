using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Server.Hosting;
using Assay.Server.Judgments;

namespace Assay.Server.Api;

/// <summary>
/// What a code host tells of pushes: <c>/webhooks/github</c> (signed with the secret) and <c>/webhooks/gitlab</c> (which sends it).
/// Nothing in the body is believed but the name of the repository: git is asked for the rest.
/// </summary>
internal static class PushWebhooks
{
    private const int BytesMax = 5 * 1024 * 1024;

    public static void MapPushWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/webhooks").WithTags("Judgments").AllowAnonymous();
        group.MapPost("/github", (HttpRequest request, AssayConfig config, HostSecrets secrets, RepositoryFetcher fetcher, CancellationToken ct) =>
                TakeAsync(request, config, secrets, fetcher, GitHub, ct))
            .WithSummary("Takes GitHub's push events, signed with the repository's webhook secret.")
            .Produces(StatusCodes.Status202Accepted).Refuses(StatusCodes.Status413PayloadTooLarge);
        group.MapPost("/gitlab", (HttpRequest request, AssayConfig config, HostSecrets secrets, RepositoryFetcher fetcher, CancellationToken ct) =>
                TakeAsync(request, config, secrets, fetcher, GitLab, ct))
            .WithSummary("Takes GitLab's push events, with the repository's webhook secret as token.")
            .Produces(StatusCodes.Status202Accepted).Refuses(StatusCodes.Status413PayloadTooLarge);
    }

    private delegate Told? Reader(JsonElement body, HttpRequest request, ReadOnlySpan<byte> bytes);

    /// <param name="Branch">Null for anything but a push to a branch.</param>
    /// <param name="IsFrom">Whether it was sent by somebody who knows the secret.</param>
    private sealed record Told(string Repository, string? Branch, Func<byte[], bool> IsFrom);

    private static async Task<IResult> TakeAsync(
        HttpRequest request, AssayConfig config, HostSecrets secrets, RepositoryFetcher fetcher, Reader read, CancellationToken ct)
    {
        if (request.ContentLength > BytesMax)
        {
            return Problems.TooLarge(BytesMax);
        }

        var buffer = new byte[64 * 1024];
        using var body = new MemoryStream();
        for (int count; (count = await request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            body.Write(buffer, 0, count);
            if (body.Length > BytesMax)
            {
                return Problems.TooLarge(BytesMax);
            }
        }

        Told? told;
        try
        {
            using var json = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), new JsonDocumentOptions { MaxDepth = 64 });
            told = read(json.RootElement, request, body.GetBuffer().AsSpan(0, (int)body.Length));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return Problems.Malformed("It is no push event of this host.");
        }

        // One answer for a repository that is not there and for a wrong signature: neither can be tried out.
        if (told is null || secrets.WebhookSecret(told.Repository) is not { } secret || !told.IsFrom(Encoding.UTF8.GetBytes(secret)))
        {
            return TypedResults.Problem(Problems.NotSigned());
        }

        if (told.Branch == config.Judgments.Repositories[told.Repository].Branch)
        {
            fetcher.Ask(told.Repository);
        }

        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static Told? GitHub(JsonElement body, HttpRequest request, ReadOnlySpan<byte> bytes)
    {
        if (Text(body, "repository", "full_name") is not { } name)
        {
            return null;
        }

        var given = request.Headers["X-Hub-Signature-256"].ToString();
        var sent = bytes.ToArray();
        return new Told(
            name,
            request.Headers["X-GitHub-Event"] == "push" ? BranchOf(body) : null,
            secret => CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(secret, sent))),
                Encoding.ASCII.GetBytes(given)));
    }

    private static Told? GitLab(JsonElement body, HttpRequest request, ReadOnlySpan<byte> bytes)
    {
        if (Text(body, "project", "path_with_namespace") is not { } name)
        {
            return null;
        }

        var token = SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers["X-Gitlab-Token"].ToString()));
        return new Told(
            name,
            request.Headers["X-Gitlab-Event"] == "Push Hook" ? BranchOf(body) : null,
            secret => CryptographicOperations.FixedTimeEquals(SHA256.HashData(secret), token));
    }

    private static string? BranchOf(JsonElement body) =>
        body.TryGetProperty("ref", out var name) && name.GetString() is { } text && text.StartsWith("refs/heads/", StringComparison.Ordinal)
            ? text["refs/heads/".Length..]
            : null;

    private static string? Text(JsonElement body, string outer, string inner) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(outer, out var value) && value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(inner, out var text) ? text.GetString() : null;
}
