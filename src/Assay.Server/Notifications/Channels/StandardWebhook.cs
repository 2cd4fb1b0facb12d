using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Notifications.Channels;

/// <summary>
/// The symmetric signature of Standard Webhooks 1.0.0 (standardwebhooks.com): HMAC-SHA256 over
/// <c>id.timestamp.body</c> with the decoded secret.
/// </summary>
internal static class StandardWebhook
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string Prefix = "whsec_";

    // The bounds of the specification.
    private const int KeyBytesMin = 24;
    private const int KeyBytesMax = 64;
    private const int KeyBytes = 32;

    /// <summary>A new secret: 256 random bits.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>What is wrong with a secret, or null.</summary>
    public static string? FaultInSecret(string secret) => TryDecode(secret, out _)
        ? null
        : $"must be {Prefix} and the Base64 of {KeyBytesMin} to {KeyBytesMax} random bytes; "
            + "make one with: echo whsec_$(head -c 32 /dev/urandom | base64)";

    /// <summary>The value of <see cref="SignatureHeader"/>.</summary>
    public static string Sign(string secret, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        if (!TryDecode(secret, out var key))
        {
            throw new ArgumentException("Not a secret for webhooks.", nameof(secret));
        }

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{unixSeconds}."));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }

    private static bool TryDecode(string secret, out byte[] key)
    {
        key = [];
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var buffer = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret[Prefix.Length..], buffer, out var length)
            || length is < KeyBytesMin or > KeyBytesMax)
        {
            return false;
        }

        key = buffer[..length];
        return true;
    }
}
