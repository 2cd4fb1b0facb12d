using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Server.Notifications.Channels;

namespace Assay.Server.Outcomes.Hosts;

/// <summary>Whether a webhook was sent by somebody who knows the secret. What is not signed is refused.</summary>
internal static class HostSignatures
{
    /// <summary>How old or how far ahead a signed time may be, as Standard Webhooks recommends.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>GitHub: <c>X-Hub-Signature-256</c> over the body as it was sent. The older SHA-1 header does not count.</summary>
    public static bool IsGitHub(IHeaderDictionary headers, ReadOnlySpan<byte> body, string secret) =>
        Matches(headers["X-Hub-Signature-256"], body, secret);

    /// <summary>Jira: <c>X-Hub-Signature</c>, whose method is SHA-256 in spite of the name.</summary>
    public static bool IsJira(IHeaderDictionary headers, ReadOnlySpan<byte> body, string secret) =>
        Matches(headers["X-Hub-Signature"], body, secret);

    /// <summary>
    /// GitLab: signed as Standard Webhooks say if the secret is one of theirs (<c>whsec_…</c>), otherwise the older token, which is
    /// the secret itself. A signing secret is never taken as a token.
    /// </summary>
    public static bool IsGitLab(IHeaderDictionary headers, ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        if (StandardWebhook.FaultInSecret(secret) is not null)
        {
            return Same(
                SHA256.HashData(Encoding.UTF8.GetBytes(secret)), SHA256.HashData(Encoding.UTF8.GetBytes(headers["X-Gitlab-Token"].ToString())));
        }

        var id = headers[StandardWebhook.IdHeader].ToString();
        if (id.Length is 0 or > 256
            || !long.TryParse(headers[StandardWebhook.TimestampHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
        {
            return false;
        }

        // Several while a secret is being changed.
        var expected = Encoding.ASCII.GetBytes(StandardWebhook.Sign(secret, id, seconds, body));
        var isSigned = false;
        foreach (var given in headers[StandardWebhook.SignatureHeader].ToString().Split(' ', 16))
        {
            isSigned |= Same(expected, Encoding.UTF8.GetBytes(given));
        }

        return isSigned;
    }

    private static bool Matches(string? header, ReadOnlySpan<byte> body, string secret) => Same(
        Encoding.ASCII.GetBytes("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))),
        Encoding.UTF8.GetBytes(header ?? ""));

    private static bool Same(byte[] one, byte[] other) => CryptographicOperations.FixedTimeEquals(one, other);
}
