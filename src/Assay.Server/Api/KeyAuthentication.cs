using System.Text.Encodings.Web;
using Assay.Server.Directory;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Assay.Server.Api;

/// <summary>Signs in whoever sends a key as <c>Authorization: Bearer</c> or <c>x-api-key</c>.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    DirectorySnapshots snapshots) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";
    private const string ApiKeyHeader = "x-api-key";

    public static bool CarriesKey(HttpRequest request) =>
        request.Headers.Authorization.Count > 0 || request.Headers.ContainsKey(ApiKeyHeader);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"assay\"";
        return WriteAsync(Problems.NotSignedIn());
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Context.Features.Get<Caller>() is { } caller
            ? WriteAsync(Problems.NotAllowed(DirectoryWords.Word(caller.Viewer.Role)))
            : HandleChallengeAsync(properties);

    private AuthenticateResult Authenticate()
    {
        var secret = ReadSecret();
        if (secret is null)
        {
            return AuthenticateResult.NoResult();
        }

        Span<byte> hash = stackalloc byte[KeyHash.Size];
        var identity = KeySecrets.TryHash(secret, hash) ? snapshots.Current.FindKey(hash) : null;
        return identity is not null && identity.IsUsableAt(TimeProvider.GetUtcNow().ToUnixTimeMilliseconds())
            ? AuthenticateResult.Success(new AuthenticationTicket(Viewer.Principal(identity, Scheme.Name), Scheme.Name))
            : AuthenticateResult.Fail("The key is unknown, revoked or expired.");
    }

    private string? ReadSecret()
    {
        var authorization = Request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : authorization.Length == 0 && Request.Headers.TryGetValue(ApiKeyHeader, out var key) ? key.ToString() : null;
    }

    private Task WriteAsync(Microsoft.AspNetCore.Mvc.ProblemDetails problem)
    {
        Response.StatusCode = problem.Status!.Value;
        return Response.WriteAsJsonAsync(problem, options: null, Problems.ContentType, Context.RequestAborted);
    }
}
