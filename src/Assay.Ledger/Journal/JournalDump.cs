namespace Assay.Ledger.Journal;

/// <summary>One record of a journal's files as they are, for people to inspect.</summary>
/// <param name="File">The segment file.</param>
/// <param name="Offset">Where its frame begins in the file.</param>
/// <param name="Position">Its position.</param>
/// <param name="Bytes">The size of its frame; 0 for a problem.</param>
/// <param name="Entry">The entry; null for a problem.</param>
/// <param name="Problem">Why the rest of the file cannot be read; null for an entry.</param>
public sealed record DumpedRecord(
    string File, long Offset, long Position, long Bytes, JournalEntry? Entry, string? Problem);

/// <summary>
/// Reads the files of a journal without opening it: no lock, nothing is changed, and a journal in use can be read. The
/// last record of a journal in use may be told as a problem, because it is just being written.
/// </summary>
public static class JournalDump
{
    /// <summary>Every record in order. A file is left at its first problem.</summary>
    public static IEnumerable<DumpedRecord> Read(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var strings = new StringCache();
        foreach (var path in System.IO.Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
        {
            if (SegmentHeader.TryParseFileName(Path.GetFileName(path), out var firstPosition))
            {
                foreach (var record in ReadSegment(path, firstPosition, strings))
                {
                    yield return record;
                }
            }
        }
    }

    private static IEnumerable<DumpedRecord> ReadSegment(string path, long firstPosition, StringCache strings)
    {
        using var file = DiskSegmentFiles.Instance.Open(path, writable: false);
        if (SegmentHeader.Check(file, firstPosition, out _) is { } badHeader)
        {
            yield return new DumpedRecord(path, 0, firstPosition, 0, null, badHeader);
            yield break;
        }

        var cursor = new SegmentCursor(file, firstPosition);
        var length = file.Length;
        while (true)
        {
            var (offset, position) = (cursor.Offset, cursor.Position);
            var (entry, problem) = Next(cursor, length, strings);
            if (entry is null && (problem is null || TornTail.End(file, offset) == offset))
            {
                yield break;
            }

            yield return new DumpedRecord(path, offset, position, cursor.Offset - offset, entry, problem);
            if (entry is null)
            {
                yield break;
            }
        }
    }

    private static (JournalEntry? Entry, string? Problem) Next(SegmentCursor cursor, long length, StringCache strings)
    {
        switch (cursor.Next(length, out var record))
        {
            case FrameStatus.End:
                return (null, null);
            case FrameStatus.Whole:
                try
                {
                    return (EntryCodec.Decode(record, strings), null);
                }
                catch (JournalFormatException error)
                {
                    return (null, error.Message);
                }

            case FrameStatus.Short:
                return (null, "the file ends inside a record.");
            default:
                return (null, "a record's checksum is wrong.");
        }
    }
}
