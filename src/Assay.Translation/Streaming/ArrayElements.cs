using System.Buffers;

namespace Assay.Translation.Streaming;

/// <summary>Cuts a growing JSON array into its elements, each given as an event without a name.</summary>
internal sealed class ArrayElements(IStreamEvents target, int eventBytesMax)
{
    private readonly ArrayBufferWriter<byte> _element = new(1024);
    private int _depth;
    private bool _inString;
    private bool _escape;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        var from = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (_escape)
            {
                _escape = false;
            }
            else if (_inString)
            {
                _escape = b == '\\';
                _inString = b != '"';
            }
            else if (b == '"')
            {
                _inString = true;
            }
            else if (b is (byte)'{' or (byte)'[')
            {
                // The first bracket is the array's own.
                if (++_depth == 2)
                {
                    from = i;
                }
            }
            else if (b is (byte)'}' or (byte)']' && --_depth == 1)
            {
                Append(bytes[from..(i + 1)]);
                target.Event(default, _element.WrittenSpan);
                _element.ResetWrittenCount();
                from = i + 1;
            }
        }

        if (_depth >= 2)
        {
            Append(bytes[from..]);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_element.WrittenCount + bytes.Length > eventBytesMax)
        {
            throw new TranslationException(RefusalKind.TooLarge, $"An event of the stream is longer than {eventBytesMax} bytes.");
        }

        _element.Write(bytes);
    }
}
