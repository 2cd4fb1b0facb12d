using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Routing.Dialects.Aws;

/// <summary>
/// AWS Signature Version 4: a request's method, path, query, some headers and the hash of its body, signed with a key that
/// is derived for the day, region and service. Checked against the vectors that AWS publishes.
/// </summary>
internal sealed class SigV4(string region, string service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    private Derived? _derived;

    /// <summary>Adds <c>x-amz-date</c>, the session's token, and the signature.</summary>
    public void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, AwsKeys keys, DateTimeOffset now)
    {
        var uri = request.RequestUri!;
        var time = now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        var headers = new List<KeyValuePair<string, string>>
        {
            KeyValuePair.Create("host", uri.Authority),
            KeyValuePair.Create("x-amz-date", time),
        };
        if (keys.Session.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("x-amz-security-token", keys.Session);
            headers.Add(KeyValuePair.Create("x-amz-security-token", keys.Session));
        }

        if (request.Content?.Headers.NonValidated.TryGetValues("Content-Type", out var type) == true)
        {
            headers.Add(KeyValuePair.Create("content-type", type.ToString()));
        }

        request.Headers.TryAddWithoutValidation(
            "Authorization",
            Authorization(request.Method.Method, uri.AbsolutePath, uri.Query.TrimStart('?'), headers, body, keys, time));
    }

    /// <summary>The value of <c>Authorization</c>.</summary>
    /// <param name="method">As in <c>POST</c>.</param>
    /// <param name="path">The path as it is sent, already escaped.</param>
    /// <param name="query">The query as it is sent, already escaped, without its question mark.</param>
    /// <param name="headers">The headers to sign, with names in small letters.</param>
    /// <param name="body">The body.</param>
    /// <param name="keys">Whose signature it is.</param>
    /// <param name="time">The value of <c>x-amz-date</c>.</param>
    public string Authorization(
        string method,
        string path,
        string query,
        IEnumerable<KeyValuePair<string, string>> headers,
        ReadOnlySpan<byte> body,
        AwsKeys keys,
        string time)
    {
        var canonical = new StringBuilder(512)
            .Append(method).Append('\n')
            .Append(CanonicalPath(path)).Append('\n')
            .Append(CanonicalQuery(query)).Append('\n');
        var names = new StringBuilder();
        foreach (var (name, value) in headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            canonical.Append(name).Append(':').Append(Trimmed(value)).Append('\n');
            names.Append(names.Length > 0 ? ";" : "").Append(name);
        }

        canonical.Append('\n').Append(names).Append('\n').Append(Hex(SHA256.HashData(body)));
        var day = time[..8];
        var scope = $"{day}/{region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var signature = Hex(HMACSHA256.HashData(KeyOf(keys, day), Encoding.UTF8.GetBytes(toSign)));
        return $"{Algorithm} Credential={keys.Id}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    // The key of a day is derived once.
    private byte[] KeyOf(AwsKeys keys, string day)
    {
        var derived = Volatile.Read(ref _derived);
        if (derived is null || derived.Day != day || derived.Secret != keys.Secret)
        {
            var ofDay = Mac(Encoding.UTF8.GetBytes("AWS4" + keys.Secret), day);
            derived = new Derived(day, keys.Secret, Mac(Mac(Mac(ofDay, region), service), "aws4_request"));
            Volatile.Write(ref _derived, derived);
        }

        return derived.Key;
    }

    /// <summary>Each part of the path is escaped once more: what was sent as %3A is signed as %253A (all services but S3).</summary>
    private static string CanonicalPath(string path)
    {
        var parts = path.Split('/').Select(Uri.EscapeDataString);
        var joined = string.Join('/', parts);
        return joined.Length == 0 ? "/" : joined;
    }

    private static string CanonicalQuery(string query)
    {
        if (query.Length == 0)
        {
            return "";
        }

        var parts = query.Split('&').Select(part => part.Contains('=', StringComparison.Ordinal) ? part : part + "=");
        return string.Join('&', parts.OrderBy(part => part[..part.IndexOf('=', StringComparison.Ordinal)], StringComparer.Ordinal)
            .ThenBy(part => part, StringComparer.Ordinal));
    }

    private static string Trimmed(string value) =>
        string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private sealed record Derived(string Day, string Secret, byte[] Key);
}
