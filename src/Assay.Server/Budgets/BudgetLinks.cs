using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Budgets;

internal enum LinkStatus : byte
{
    Good,

    /// <summary>It was good, but its time has passed.</summary>
    Expired,

    /// <summary>Not a link of ours, or changed on the way.</summary>
    Bad,
}

/// <summary>What a link allows: one person to decide one request.</summary>
internal sealed record LinkClaim(string RequestId, string PersonId);

/// <summary>
/// Links in notifications with which one person can decide one request without signing in. Whoever has the link can use
/// it, so it is short-lived, and good for nothing but that request while it is open and that person's to decide.
/// </summary>
/// <param name="directory">The data directory, where the key is kept in a file that only this account can read.</param>
internal sealed class BudgetLinks(string directory, TimeProvider clock)
{
    public const string PathPrefix = "/decide/";

    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const byte Version = 1;
    private const int HeadBytes = 1 + sizeof(long);
    private const int TokenLengthMax = 512;

    private readonly Lazy<byte[]> _key = new(() => LinkKey.Ensure(directory));

    /// <summary>The path of a new link, to be put behind the gateway's public address.</summary>
    public string Make(string requestId, string personId)
    {
        var names = Encoding.UTF8.GetBytes($"{requestId}\n{personId}");
        var bytes = new byte[HeadBytes + names.Length + HMACSHA256.HashSizeInBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        names.CopyTo(bytes, HeadBytes);
        var signed = bytes.AsSpan(0, HeadBytes + names.Length);
        HMACSHA256.HashData(_key.Value, signed, bytes.AsSpan(signed.Length));
        return PathPrefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads the part of a link's path behind <see cref="PathPrefix"/>.</summary>
    public (LinkStatus Status, LinkClaim? Claim) TryRead(string token)
    {
        // The decoder also takes white space and other spellings of the same bytes; links have exactly one.
        if (token.Length is 0 or > TokenLengthMax || !Base64Url.IsValid(token) || token.Any(char.IsWhiteSpace))
        {
            return (LinkStatus.Bad, null);
        }

        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= HeadBytes + HMACSHA256.HashSizeInBytes || bytes[0] != Version
            || Base64Url.EncodeToString(bytes) != token)
        {
            return (LinkStatus.Bad, null);
        }

        var signed = bytes.AsSpan(0, bytes.Length - HMACSHA256.HashSizeInBytes);
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key.Value, signed, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes.AsSpan(signed.Length)))
        {
            return (LinkStatus.Bad, null);
        }

        if (BinaryPrimitives.ReadInt64BigEndian(signed[1..]) <= clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return (LinkStatus.Expired, null);
        }

        var names = Encoding.UTF8.GetString(signed[HeadBytes..]).Split('\n');
        return (LinkStatus.Good, new LinkClaim(names[0], names[1]));
    }
}
