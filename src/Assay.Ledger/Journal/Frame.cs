using System.Buffers.Binary;

namespace Assay.Ledger.Journal;

/// <summary>What a frame says about how it was written.</summary>
[Flags]
internal enum FrameMarks : byte
{
    None = 0,

    /// <summary>Everything before this frame was on disk before this frame was written.</summary>
    Barrier = 1,

    /// <summary>Written with <see cref="Durability.Disk"/>: not acknowledged before it was on disk.</summary>
    Disk = 2,
}

/// <summary>
/// The envelope of a record: a 32-bit word (length in the low 24 bits, marks in the high 8), a CRC-32C, the record.
/// The CRC covers the word, the record and the frame's position, so that bytes that moved do not pass as a frame.
/// </summary>
internal static class Frame
{
    public const int HeadBytes = 8;
    public const int RecordBytesMax = 256 << 10;

    private const FrameMarks Known = FrameMarks.Barrier | FrameMarks.Disk;

    public static void Seal(Span<byte> frame, FrameMarks marks, long position)
    {
        var word = (uint)(frame.Length - HeadBytes) | ((uint)marks << 24);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, word);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Sum(word, frame[HeadBytes..], position));
    }

    /// <summary>Reads a head; false if no frame can begin so.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> head, out int recordBytes, out FrameMarks marks)
    {
        var word = BinaryPrimitives.ReadUInt32LittleEndian(head);
        recordBytes = (int)(word & 0xFF_FFFF);
        marks = (FrameMarks)(word >> 24);
        return recordBytes is > 0 and <= RecordBytesMax && (marks & ~Known) == FrameMarks.None;
    }

    public static bool IsWhole(ReadOnlySpan<byte> frame, long position) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame[4..])
        == Sum(BinaryPrimitives.ReadUInt32LittleEndian(frame), frame[HeadBytes..], position);

    private static uint Sum(uint word, ReadOnlySpan<byte> record, long position)
    {
        var state = Crc32C.Append(Crc32C.Start, ((ulong)position << 32) | word);
        state = Crc32C.Append(state, (ulong)position >> 32);
        return ~Crc32C.Append(state, record);
    }
}
