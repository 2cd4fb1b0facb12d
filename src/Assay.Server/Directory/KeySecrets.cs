using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Directory;

/// <summary>
/// Makes and hashes the secrets of keys. A secret has 256 random bits, so a plain SHA-256 is enough (nothing can be
/// guessed, unlike a password) and is all that is ever stored.
/// </summary>
internal static class KeySecrets
{
    public const string Prefix = "ask_";

    /// <summary>A secret longer than this is no key of ours and is not hashed.</summary>
    public const int LengthMax = 512;

    /// <summary>How short a secret chosen by an administrator may be.</summary>
    public const int ChosenLengthMin = 24;

    private const int RandomBytes = 32;

    // 62^43 is just above 2^256: every 32 bytes fit in 43 digits.
    private const int Digits = 43;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static (string Secret, byte[] Hash) Create()
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        var secret = Encode(random);
        return (secret, Hash(secret));
    }

    /// <summary>The SHA-256 of the secret in UTF-8.</summary>
    public static byte[] Hash(ReadOnlySpan<char> secret)
    {
        var hash = new byte[KeyHash.Size];
        if (!TryHash(secret, hash))
        {
            throw new ArgumentException($"A secret has 1 to {LengthMax} characters.", nameof(secret));
        }

        return hash;
    }

    /// <summary>Hashes without allocating; false if the text is empty or too long to be a key.</summary>
    public static bool TryHash(ReadOnlySpan<char> secret, Span<byte> sha256)
    {
        if (secret.Length is 0 or > LengthMax)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[LengthMax * 3];
        var length = Encoding.UTF8.GetBytes(secret, utf8);
        SHA256.HashData(utf8[..length], sha256);
        CryptographicOperations.ZeroMemory(utf8[..length]);
        return true;
    }

    /// <summary>The last four characters, by which a person recognises the key in a list.</summary>
    public static string Hint(string secret) => secret.Length >= ChosenLengthMin ? secret[^4..] : "";

    internal static string Encode(ReadOnlySpan<byte> random) =>
        string.Create(Prefix.Length + Digits, new BigInteger(random, isUnsigned: true), static (text, number) =>
        {
            Prefix.CopyTo(text);
            for (var i = text.Length - 1; i >= Prefix.Length; i--)
            {
                number = BigInteger.DivRem(number, 62, out var digit);
                text[i] = Alphabet[(int)digit];
            }
        });
}
