namespace Assay.Ledger.Journal;

/// <summary>
/// Decides whether bytes that are no frame, in the last segment, are the end of a write that a crash cut short, or
/// damage to what was acknowledged.
/// </summary>
/// <remarks>
/// The journal writes one group after the other, so nothing whole can stand behind a write that was cut short, with
/// one exception: a disk that loses power may have kept later pages of the last group and lost earlier ones. With
/// <see cref="Durability.Disk"/> that group was not acknowledged, and the marks show it: its frames say Disk, and no
/// frame of it but the first says Barrier. With <see cref="Durability.Process"/> the two cannot be told apart, and
/// then a person decides.
/// </remarks>
internal static class TornTail
{
    /// <summary>
    /// Where a tail ends that begins at an offset: behind its last byte that is not zero. Zeros to the end of the file are
    /// room that was allocated and that nothing was written to (<see cref="ISegmentFile.Append"/>).
    /// </summary>
    public static long End(ISegmentFile file, long offset)
    {
        var rest = new byte[file.Length - offset];
        return offset + rest.AsSpan(0, file.Read(rest, offset)).LastIndexOfAnyExcept((byte)0) + 1;
    }

    /// <summary>The offset of a whole frame behind the damage which proves that acknowledged bytes are damaged.</summary>
    public static long? FindProof(ISegmentFile file, long firstPosition, long damagedOffset)
    {
        var rest = new byte[file.Length - damagedOffset];
        var length = file.Read(rest, damagedOffset);
        for (var at = 1; at <= length - Frame.HeadBytes; at++)
        {
            if (Frame.TryReadHead(rest.AsSpan(at), out var recordBytes, out var marks)
                && at + Frame.HeadBytes + recordBytes <= length
                && Frame.IsWhole(
                    rest.AsSpan(at, Frame.HeadBytes + recordBytes),
                    firstPosition + damagedOffset + at - SegmentHeader.Bytes)
                && marks != FrameMarks.Disk)
            {
                return damagedOffset + at;
            }
        }

        return null;
    }
}
