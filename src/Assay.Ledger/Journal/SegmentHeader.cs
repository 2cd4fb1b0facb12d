using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Assay.Ledger.Journal;

/// <summary>The first 32 bytes of a segment file, and its name.</summary>
/// <param name="FirstPosition">The position of the segment's first frame.</param>
/// <param name="PreviousEnd">Where the segment before ended; lower than the first position only after a gap.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SegmentHeader(long FirstPosition, long PreviousEnd)
{
    public const int Bytes = 32;
    public const string Extension = ".journal";
    public const ushort FormatVersion = 1;

    private static ReadOnlySpan<byte> Magic => "ASSAYJNL"u8;

    public static string FileName(long firstPosition) =>
        firstPosition.ToString("D20", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParseFileName(string name, out long firstPosition)
    {
        firstPosition = 0;
        return name.Length == 20 + Extension.Length
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out firstPosition);
    }

    public void Write(Span<byte> target)
    {
        target[..Bytes].Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], FormatVersion);
        BinaryPrimitives.WriteInt64LittleEndian(target[12..], FirstPosition);
        BinaryPrimitives.WriteInt64LittleEndian(target[20..], PreviousEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], Crc32C.Of(target[..28]));
    }

    /// <summary>Reads a header; what is wrong with it otherwise.</summary>
    public static string? Read(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        header = default;
        if (!source.StartsWith(Magic))
        {
            return "it does not begin as a journal file.";
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(source[28..]) != Crc32C.Of(source[..28]))
        {
            return "the header's checksum is wrong.";
        }

        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(source[12..]), BinaryPrimitives.ReadInt64LittleEndian(source[20..]));
        var version = BinaryPrimitives.ReadUInt16LittleEndian(source[8..]);
        return version == FormatVersion
            ? null
            : throw new JournalFormatException($"Journal format version {version} is unknown: a newer Assay wrote it.");
    }
}
