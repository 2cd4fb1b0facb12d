using System.Buffers;

namespace Assay.Translation.Streaming;

/// <summary>One event of an upstream's stream.</summary>
internal interface IStreamEvents
{
    /// <param name="name">From the <c>event:</c> line; empty if there was none.</param>
    /// <param name="data">The event's data, complete.</param>
    void Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);
}

/// <summary>
/// Cuts a pushed stream into events: server-sent events, or the elements of a JSON array (Gemini without
/// <c>alt=sse</c>), told apart by the first byte. Any split of the bytes gives the same events.
/// </summary>
internal sealed class EventLines(IStreamEvents target, int eventBytesMax)
{
    private static readonly SearchValues<byte> s_lineEnds = SearchValues.Create("\r\n"u8);

    private static readonly SearchValues<byte> s_beginning = SearchValues.Create([0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n']);

    private readonly ArrayBufferWriter<byte> _line = new(512);
    private readonly ArrayBufferWriter<byte> _data = new(1024);
    private readonly ArrayBufferWriter<byte> _name = new(64);
    private ArrayElements? _array;
    private bool _begun;
    private bool _hasData;
    private bool _afterReturn;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!_begun)
        {
            bytes = SkipBeginning(bytes);
            if (bytes.IsEmpty)
            {
                return;
            }

            _begun = true;
            _array = bytes[0] == '[' ? new ArrayElements(target, eventBytesMax) : null;
        }

        if (_array is not null)
        {
            _array.Write(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (bytes[0] == '\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }

            var end = bytes.IndexOfAny(s_lineEnds);
            if (end < 0)
            {
                Append(_line, bytes);
                return;
            }

            _afterReturn = bytes[end] == '\r';
            if (_line.WrittenCount > 0)
            {
                Append(_line, bytes[..end]);
                Line(_line.WrittenSpan);
                _line.ResetWrittenCount();
            }
            else
            {
                Line(bytes[..end]);
            }

            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>
    /// The bytes have ended. An event whose closing empty line is missing still counts; whether it was whole is for its
    /// reader to find out.
    /// </summary>
    public void Complete()
    {
        if (_array is null)
        {
            if (_line.WrittenCount > 0)
            {
                Line(_line.WrittenSpan);
                _line.ResetWrittenCount();
            }

            Line(default);
        }
    }

    /// <summary>A byte order mark, and white space before an array.</summary>
    private static ReadOnlySpan<byte> SkipBeginning(ReadOnlySpan<byte> bytes)
    {
        var from = bytes.IndexOfAnyExcept(s_beginning);
        return from < 0 ? default : bytes[from..];
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            if (_hasData)
            {
                _hasData = false;
                target.Event(_name.WrittenSpan, _data.WrittenSpan);
                _data.ResetWrittenCount();
            }

            _name.ResetWrittenCount();
            return;
        }

        if (line.StartsWith("data:"u8))
        {
            if (_hasData)
            {
                Append(_data, "\n"u8);
            }

            _hasData = true;
            Append(_data, Value(line, 5));
        }
        else if (line.StartsWith("event:"u8))
        {
            _name.ResetWrittenCount();
            var name = Value(line, 6);
            _name.Write(name.Length > 128 ? name[..128] : name);
        }
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, int from) =>
        line.Length > from && line[from] == ' ' ? line[(from + 1)..] : line[from..];

    private void Append(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> bytes)
    {
        if (buffer.WrittenCount + bytes.Length > eventBytesMax)
        {
            throw new TranslationException(RefusalKind.TooLarge, $"An event of the stream is longer than {eventBytesMax} bytes.");
        }

        buffer.Write(bytes);
    }
}
