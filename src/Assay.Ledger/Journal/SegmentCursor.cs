namespace Assay.Ledger.Journal;

internal enum FrameStatus
{
    /// <summary>A whole frame.</summary>
    Whole,

    /// <summary>No further byte.</summary>
    End,

    /// <summary>The bytes end inside the frame.</summary>
    Short,

    /// <summary>The bytes are no frame.</summary>
    Damaged,
}

/// <summary>Walks over the frames of one segment file with large reads; one call to the system for many frames.</summary>
internal sealed class SegmentCursor(ISegmentFile file, long firstPosition, int bufferBytes = 128 << 10)
{
    private byte[] _buffer = new byte[bufferBytes];
    private int _start;
    private int _end;

    /// <summary>Where the next frame begins in the file.</summary>
    public long Offset { get; private set; } = SegmentHeader.Bytes;

    /// <summary>The position of the next frame.</summary>
    public long Position => firstPosition + Offset - SegmentHeader.Bytes;

    public FrameMarks Marks { get; private set; }

    public void Seek(long offset)
    {
        Offset = offset;
        _start = _end = 0;
    }

    /// <summary>
    /// Reads the next frame if it lies before <paramref name="endOffset"/>; moves on only over a whole one. The record
    /// is valid until the next call.
    /// </summary>
    public FrameStatus Next(long endOffset, out ReadOnlySpan<byte> record)
    {
        record = default;
        var left = endOffset - Offset;
        if (left <= 0)
        {
            return FrameStatus.End;
        }

        if (left < Frame.HeadBytes || !Fill(Frame.HeadBytes, left))
        {
            return FrameStatus.Short;
        }

        if (!Frame.TryReadHead(_buffer.AsSpan(_start), out var recordBytes, out var marks))
        {
            return FrameStatus.Damaged;
        }

        var frameBytes = Frame.HeadBytes + recordBytes;
        if (left < frameBytes || !Fill(frameBytes, left))
        {
            return FrameStatus.Short;
        }

        var frame = _buffer.AsSpan(_start, frameBytes);
        if (!Frame.IsWhole(frame, Position))
        {
            return FrameStatus.Damaged;
        }

        record = frame[Frame.HeadBytes..];
        Marks = marks;
        _start += frameBytes;
        Offset += frameBytes;
        return FrameStatus.Whole;
    }

    /// <summary>Has at least so many bytes in the buffer, reading no further than <paramref name="left"/>.</summary>
    private bool Fill(int bytes, long left)
    {
        var have = _end - _start;
        if (have >= bytes)
        {
            return true;
        }

        if (bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, Frame.HeadBytes + Frame.RecordBytesMax);
        }

        _buffer.AsSpan(_start, have).CopyTo(_buffer);
        var room = (int)Math.Min(_buffer.Length - have, left - have);
        _start = 0;
        _end = have + file.Read(_buffer.AsSpan(have, room), Offset + have);
        return _end >= bytes;
    }
}
