using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Judgments.Seals;

/// <summary>Git's name of a content, so that whoever is given text and name can tell whether they belong together.</summary>
public static class BlobName
{
    private const int Sha1Length = 40;
    private const int Sha256Length = 64;

    public static bool Fits(string blob, ReadOnlySpan<byte> content) => blob.Length switch
    {
        Sha1Length => string.Equals(blob, Of(content, isSha256: false), StringComparison.Ordinal),
        Sha256Length => string.Equals(blob, Of(content, isSha256: true), StringComparison.Ordinal),
        _ => false,
    };

    public static string Of(ReadOnlySpan<byte> content, bool isSha256 = false)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0"));
        var whole = new byte[head.Length + content.Length];
        head.CopyTo(whole, 0);
        content.CopyTo(whole.AsSpan(head.Length));

        // Not for secrecy: git names blobs by SHA-1 unless the repository was made with SHA-256.
#pragma warning disable CA5350
        return Convert.ToHexStringLower(isSha256 ? SHA256.HashData(whole) : SHA1.HashData(whole));
#pragma warning restore CA5350
    }
}
