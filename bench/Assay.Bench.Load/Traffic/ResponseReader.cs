using System.Buffers.Text;
using System.Text;

namespace Assay.Bench.Load.Traffic;

internal enum ReadState
{
    More,
    Done,
    Broken,
}

/// <summary>
/// Finds the end of one HTTP/1.1 response in whatever pieces it arrives, and counts the bytes of its body. It reads the
/// status, the framing (length or chunks) and nothing else.
/// </summary>
internal struct ResponseReader
{
    private enum Part
    {
        Head,
        Length,
        ChunkSize,
        ChunkData,
        ChunkBreak,
        LastBreak,
    }

    private readonly byte[] _line = new byte[8192];
    private int _filled;
    private Part _part;
    private long _left;

    public ResponseReader()
    {
    }

    internal int Status { get; private set; }

    internal long BodyBytes { get; private set; }

    internal void Reset()
    {
        _filled = 0;
        _part = Part.Head;
        Status = 0;
        BodyBytes = 0;
    }

    internal ReadState Feed(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (_part is Part.Length or Part.ChunkData)
            {
                var taken = (int)Math.Min(_left, bytes.Length);
                bytes = bytes[taken..];
                _left -= taken;
                BodyBytes += taken;
                if (_left > 0)
                {
                    return ReadState.More;
                }

                if (_part == Part.Length)
                {
                    return bytes.IsEmpty ? ReadState.Done : ReadState.Broken;
                }

                _part = Part.ChunkBreak;
                continue;
            }

            var end = bytes.IndexOf((byte)'\n');
            var piece = end < 0 ? bytes : bytes[..(end + 1)];
            if (_filled + piece.Length > _line.Length)
            {
                return ReadState.Broken;
            }

            piece.CopyTo(_line.AsSpan(_filled));
            _filled += piece.Length;
            bytes = bytes[piece.Length..];
            if (end < 0)
            {
                return ReadState.More;
            }

            var line = _line.AsSpan(0, _filled).TrimEnd("\r\n"u8);
            _filled = 0;
            if (!Line(line))
            {
                return ReadState.Broken;
            }

            if (line.IsEmpty && (_part == Part.LastBreak || (_part == Part.Length && _left == 0)))
            {
                return bytes.IsEmpty ? ReadState.Done : ReadState.Broken;
            }
        }
    }

    private bool Line(ReadOnlySpan<byte> line)
    {
        switch (_part)
        {
            case Part.Head when Status == 0:
                _left = -1;
                Status = line.Length >= 12 && Utf8Parser.TryParse(line[9..12], out int status, out _) ? status : -1;
                return Status > 0;
            case Part.Head when line.IsEmpty:
                _part = _left >= 0 ? Part.Length : Part.ChunkSize;
                return true;
            case Part.Head:
                if (line.Length > 15 && Ascii.EqualsIgnoreCase(line[..15], "content-length:"u8))
                {
                    return Utf8Parser.TryParse(line[15..].TrimStart((byte)' '), out _left, out _);
                }

                return true;
            case Part.ChunkSize:
                if (!Utf8Parser.TryParse(line, out _left, out _, 'x'))
                {
                    return false;
                }

                _part = _left == 0 ? Part.LastBreak : Part.ChunkData;
                return true;
            case Part.ChunkBreak:
                _part = Part.ChunkSize;
                return line.IsEmpty;
            default:
                return line.IsEmpty;
        }
    }
}
