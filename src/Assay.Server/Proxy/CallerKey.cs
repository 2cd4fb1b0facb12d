using Assay.Server.Directory;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Primitives;

namespace Assay.Server.Proxy;

/// <summary>Finds the caller's key where any of the three formats' clients put it.</summary>
internal static class CallerKey
{
    private static readonly object s_hashed = new();

    /// <summary>Hashes the presented secret with SHA-256.</summary>
    /// <returns>False if no key was presented, or one that is too long to be ours.</returns>
    public static bool TryHash(HttpRequest request, Span<byte> sha256)
    {
        // A client sends the same key in call after call. The server gives an unchanged header the same string for as long as
        // a connection lives, so the hash is kept with it there. Only over HTTP/1, where a connection has one call at a time.
        if (request.Headers.Authorization is not [{ } header] || !HttpProtocol.IsHttp11(request.Protocol)
            || request.HttpContext.Features.Get<IConnectionItemsFeature>()?.Items is not { } connection)
        {
            return KeySecrets.TryHash(Find(request), sha256);
        }

        if (connection.TryGetValue(s_hashed, out var kept) && kept is Hashed known && ReferenceEquals(known.Header, header))
        {
            known.Sha256.CopyTo(sha256);
            return true;
        }

        if (!KeySecrets.TryHash(Find(request), sha256))
        {
            return false;
        }

        connection[s_hashed] = new Hashed(header, sha256.ToArray());
        return true;
    }

    private static ReadOnlySpan<char> Find(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers.Authorization is [{ } authorization, ..])
        {
            var value = authorization.AsSpan().Trim();
            return value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : OfAwsSignature(value);
        }

        if (First(headers["x-api-key"]) is { Length: > 0 } anthropic)
        {
            return anthropic;
        }

        if (First(headers["x-goog-api-key"]) is { Length: > 0 } google)
        {
            return google;
        }

        return headers.SecWebSocketProtocol.Count > 0 ? OfSubprotocol(headers.SecWebSocketProtocol.ToString())
            : request.QueryString.HasValue ? First(request.Query["key"])
            : default;
    }

    /// <summary>
    /// AWS's clients sign with an access key and send only its name: that name is the caller's key here. The signature is not
    /// looked at, since the call is signed anew with the company's own.
    /// </summary>
    private static ReadOnlySpan<char> OfAwsSignature(ReadOnlySpan<char> value)
    {
        const string Credential = "Credential=";
        var at = value.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal) ? value.IndexOf(Credential, StringComparison.Ordinal) : -1;
        if (at < 0)
        {
            return default;
        }

        var scope = value[(at + Credential.Length)..];
        var slash = scope.IndexOf('/');
        return slash < 0 ? default : scope[..slash];
    }

    /// <summary>Browsers can set no header for a WebSocket; OpenAI's clients put their key among the subprotocols.</summary>
    private static string OfSubprotocol(string protocols)
    {
        const string Prefix = "openai-insecure-api-key.";
        return protocols.Split(',', StringSplitOptions.TrimEntries)
            .FirstOrDefault(name => name.StartsWith(Prefix, StringComparison.Ordinal))?[Prefix.Length..] ?? "";
    }

    private static string First(StringValues values) => values is [{ } value, ..] ? value : "";

    /// <summary>A header's value as the server holds it, and the hash of the key in it. No record: those print what they hold.</summary>
    private sealed class Hashed(string header, byte[] sha256)
    {
        public string Header => header;

        public byte[] Sha256 => sha256;
    }
}
