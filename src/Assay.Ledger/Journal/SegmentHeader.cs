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

    /// <summary>Reads the header of a file and says what is wrong with it; null if nothing.</summary>
    public static string? Check(ISegmentFile file, long nameSays, out SegmentHeader header)
    {
        header = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (file.Read(bytes, 0) < Bytes)
        {
            return "it is shorter than its header.";
        }

        if (!bytes.StartsWith(Magic))
        {
            return "it does not begin as a journal file.";
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) != Crc32C.Of(bytes[..28]))
        {
            return "the header's checksum is wrong.";
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (version != FormatVersion)
        {
            return $"its format version is {version}, this Assay knows only {FormatVersion}; a newer Assay wrote it.";
        }

        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[20..]));
        return header.FirstPosition == nameSays
            ? null
            : $"its header says position {header.FirstPosition}, so the file was renamed.";
    }
}
