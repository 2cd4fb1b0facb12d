using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Assay.Server.Routing.Credentials;

/// <summary>
/// Google's access token for a service account: a JWT signed with the account's key (RS256) is exchanged at the account's
/// <c>token_uri</c> for a token of about an hour (RFC 7523).
/// </summary>
internal sealed class ServiceAccountSecret : RenewedSecret
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private const int AnswerBytesMax = 64 * 1024;

    private readonly HttpMessageInvoker _invoker;
    private readonly string _email;
    private readonly string _privateKey;
    private readonly string _keyId;
    private readonly Uri _tokenUri;

    /// <exception cref="CredentialException">The text is no service account's key file.</exception>
    public ServiceAccountSecret(string json, HttpMessageInvoker invoker, TimeProvider clock)
        : base(clock)
    {
        _invoker = invoker;
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            _email = root.GetProperty("client_email").GetString() ?? "";
            _privateKey = root.GetProperty("private_key").GetString() ?? "";
            _keyId = root.TryGetProperty("private_key_id", out var id) ? id.GetString() ?? "" : "";
            _tokenUri = new Uri(root.GetProperty("token_uri").GetString() ?? "");
            using var rsa = Rsa();
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or UriFormatException or ArgumentException or CryptographicException)
        {
            // The fault may quote the file; only its kind is passed on.
            throw new CredentialException(
                $"it is no key file of a service account (client_email, private_key, token_uri): {fault.GetType().Name}.");
        }
    }

    /// <summary>Whether a credential is a key file, and not a token.</summary>
    public static bool IsKeyFile(string text) =>
        text.StartsWith('{') && text.Contains("\"private_key\"", StringComparison.Ordinal);

    protected override async Task<FetchedSecret> FetchAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), Clock);
        using var request = new HttpRequestMessage(HttpMethod.Post, _tokenUri)
        {
            Content = new FormUrlEncodedContent(
            [
                KeyValuePair.Create("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                KeyValuePair.Create("assertion", Assertion()),
            ]),
        };
        using var answer = await _invoker.SendAsync(request, limit.Token);
        if (!answer.IsSuccessStatusCode)
        {
            throw new CredentialException($"its token service answered with status {(int)answer.StatusCode}.");
        }

        await answer.Content.LoadIntoBufferAsync(AnswerBytesMax, limit.Token);
        var body = await answer.Content.ReadAsByteArrayAsync(limit.Token);
        try
        {
            using var document = JsonDocument.Parse(body);
            var token = document.RootElement.GetProperty("access_token").GetString() ?? "";
            var seconds = document.RootElement.GetProperty("expires_in").GetInt64();
            var now = NowMs;
            return FetchedSecret.Until(token, now, now + (Math.Clamp(seconds, 1, 86_400) * 1000));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CredentialException("its token service answered without a token.");
        }
    }

    private string Assertion()
    {
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var header = Part(json =>
        {
            json.WriteString("alg"u8, "RS256"u8);
            json.WriteString("typ"u8, "JWT"u8);
            if (_keyId.Length > 0)
            {
                json.WriteString("kid"u8, _keyId);
            }
        });
        var claims = Part(json =>
        {
            json.WriteString("iss"u8, _email);
            json.WriteString("scope"u8, Scope);
            json.WriteString("aud"u8, _tokenUri.OriginalString);
            json.WriteNumber("iat"u8, now);
            json.WriteNumber("exp"u8, now + 3600);
        });
        var signed = $"{header}.{claims}";
        using var rsa = Rsa();
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(bytes.ToArray());
    }

    private RSA Rsa()
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(_privateKey);
        return rsa;
    }
}
