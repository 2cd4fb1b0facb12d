using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Judgments.Entries;

/// <summary>Identifiers: UUIDs of version 7, so that they sort by time and no two branches count to the same number.</summary>
public static class JudgmentId
{
    public static bool IsVersion7(Guid id) => id.Version == 7 && id.Variant is >= 8 and <= 11;

    /// <summary>A new identifier; the caller brings the time and ten random bytes.</summary>
    public static Guid Create(DateTimeOffset at, ReadOnlySpan<byte> random)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        random[..10].CopyTo(bytes[6..]);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>
    /// The identifier of an imported record that has none: from its day and its name, so that importing it again gives
    /// the same entry and not a second one.
    /// </summary>
    public static Guid Imported(DateTimeOffset at, string name) => Create(at, SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>
    /// The last group, which is random. The first groups are time, and two entries of one minute share them.
    /// </summary>
    public static string Tail(Guid id) => id.ToString("D")[24..];
}
