using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Sim.Prompts;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers.Clouds;

/// <summary>Google's <c>/token</c>: a signed assertion (RFC 7523) for an access token.</summary>
internal sealed class TokenService(SimCloudOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, long> _tokens = new(StringComparer.Ordinal);
    private int _count;

    public bool Knows(string token) => _tokens.TryGetValue(token, out var end) && time.GetUtcNow().ToUnixTimeSeconds() < end;

    public async Task AnswerAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer" || !IsGood(form["assertion"].ToString(), now))
        {
            http.Response.StatusCode = 400;
            await http.Response.Body.WriteAsync("{\"error\":\"invalid_grant\"}"u8.ToArray());
            return;
        }

        var number = Interlocked.Increment(ref _count);
        var token = $"ya29.sim-{number}-{Words.Hex(new Random(number), 24)}";
        _tokens[token] = now + options.GoogleTokenSeconds;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(Json.Bytes(json => json.Object(() =>
        {
            json.WriteString("access_token", token);
            json.WriteNumber("expires_in", options.GoogleTokenSeconds);
            json.WriteString("token_type", "Bearer");
        })));
    }

    private bool IsGood(string assertion, long now)
    {
        if (options.GoogleAccountKey is not { } publicKey || assertion.Split('.') is not [var header, var claims, var signature])
        {
            return false;
        }

        using var rsa = RSA.Create();
        rsa.ImportFromPem(publicKey);
        if (!rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{header}.{claims}"),
            Base64Url.DecodeFromChars(signature),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1))
        {
            return false;
        }

        var stated = JsonElement.Parse(Base64Url.DecodeFromChars(claims));
        return JsonElement.Parse(Base64Url.DecodeFromChars(header)).GetText("alg") == "RS256"
            && stated.GetText("aud")?.EndsWith("/token", StringComparison.Ordinal) == true
            && stated.GetText("scope")?.Contains("cloud-platform", StringComparison.Ordinal) == true
            && stated.GetText("iss")?.Length > 0
            && stated.GetNumber("iat") <= now + 60
            && stated.GetNumber("exp") is { } end && end > now && end <= now + 3660;
    }
}
