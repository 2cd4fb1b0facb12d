using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Assay.Server.Proxy;

/// <summary>Which headers are not passed on. Everything else is, byte for byte, known or not.</summary>
internal static class HeaderRules
{
    private const int RememberedMax = 256;

    // RFC 9110 section 7.6.1, and what the transport sets by itself.
    private static readonly string[] s_hopByHop =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    ];

    private static readonly FrozenSet<string> s_notToProvider = s_hopByHop
        .Concat([
            "Host", "Content-Length", "Expect", "Cookie",
            // The caller's credential is ours; the provider gets the company's.
            "Authorization", "x-api-key", "x-goog-api-key", "api-key",
            // Decided by us: only codings that the meter can read.
            "Accept-Encoding",
            // Who is behind us is nobody's business.
            "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
        ])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> s_notToClient = s_hopByHop
        .Concat(["Set-Cookie", "Alt-Svc", "Strict-Transport-Security"])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // What clients accept is written in a handful of ways: each is worked out once.
    private static readonly ConcurrentDictionary<string, string> s_readable = new(StringComparer.Ordinal);

    public static bool PassToProvider(string name) =>
        !s_notToProvider.Contains(name) && !name.StartsWith("x-assay-", StringComparison.OrdinalIgnoreCase)
        && name[0] != ':';

    /// <summary>Whether a header belongs to the client's format and means nothing to a provider that speaks another.</summary>
    public static bool IsOfFormat(string name) =>
        name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("openai-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-goog-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Accept", StringComparison.OrdinalIgnoreCase);

    public static bool PassToClient(string name) => !s_notToClient.Contains(name);

    /// <summary>
    /// The caller's accepted codings without those that the meter cannot read; null for none, which asks the provider
    /// for plain bytes.
    /// </summary>
    public static string? ReadableCodings(string accepted)
    {
        if (accepted.Length is 0 or > 256)
        {
            return null;
        }

        if (!s_readable.TryGetValue(accepted, out var kept))
        {
            kept = string.Join(", ", accepted
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(c => c.Split(';')[0].Trim().ToLowerInvariant() is "gzip" or "br" or "deflate" or "identity"));
            if (s_readable.Count < RememberedMax)
            {
                s_readable[accepted] = kept;
            }
        }

        return kept.Length == 0 ? null : kept;
    }
}
