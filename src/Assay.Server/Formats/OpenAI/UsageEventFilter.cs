using System.Buffers;
using System.Text.Json;

namespace Assay.Server.Formats.OpenAI;

/// <summary>
/// Hides the extra event that a provider sends because Assay, not the client, asked for usage: the one with no choices
/// and a usage. Every other byte passes as it came, and every complete event at once; an event that is not complete
/// yet is held until it is, or the stream ends, or it is too long to be the one.
/// </summary>
internal sealed class UsageEventFilter : IAnswerFilter
{
    /// <summary>A longer event cannot be the usage event, and is let through as it comes.</summary>
    public const int HeldBytesMax = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _held = new(1024);
    private readonly ArrayBufferWriter<byte> _out = new(1024);
    private bool _inLine;
    private bool _hasContent;
    private bool _sawReturn;
    private bool _passing;
    private bool _droppedLast;

    /// <summary>How many events were hidden.</summary>
    public int Hidden { get; private set; }

    /// <summary>
    /// What the client may have now of everything up to and with <paramref name="bytes"/>. The result is the given
    /// memory itself where nothing is held or hidden, and otherwise valid until the next call.
    /// </summary>
    public ReadOnlyMemory<byte> Filter(ReadOnlyMemory<byte> bytes)
    {
        _out.ResetWrittenCount();
        var span = bytes.Span;
        var isCopying = _held.WrittenCount > 0;
        var eventStart = 0;
        var copiedTo = 0;

        for (var at = 0; at < span.Length;)
        {
            var end = NextEventEnd(span, at, out var lateLineFeed);
            if (lateLineFeed)
            {
                // The LF of a CRLF whose CR ended the event before: it goes the way that event went.
                if (_droppedLast)
                {
                    isCopying = true;
                    copiedTo = 1;
                }

                at = eventStart = 1;
                continue;
            }

            if (end < 0)
            {
                break;
            }

            at = end;
            if (_passing)
            {
                _passing = false;
                _droppedLast = false;
            }
            else if (_held.WrittenCount > 0)
            {
                // Only the first event of these bytes can have begun before them.
                _held.Write(span[eventStart..end]);
                _droppedLast = IsUsageEvent(_held.WrittenSpan);
                _out.Write(_droppedLast ? default : _held.WrittenSpan);
                _held.ResetWrittenCount();
                copiedTo = end;
            }
            else
            {
                _droppedLast = IsUsageEvent(span[eventStart..end]);
                if (_droppedLast)
                {
                    isCopying = true;
                    _out.Write(span[copiedTo..eventStart]);
                    copiedTo = end;
                }
            }

            Hidden += _droppedLast ? 1 : 0;
            eventStart = end;
        }

        return Release(bytes, isCopying, copiedTo, eventStart);
    }

    /// <summary>The stream ended: what was held is the client's.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        _out.ResetWrittenCount();
        _out.Write(_held.WrittenSpan);
        _held.ResetWrittenCount();
        return _out.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Release(ReadOnlyMemory<byte> bytes, bool isCopying, int copiedTo, int eventStart)
    {
        var rest = bytes[eventStart..];
        var passesRest = _passing || _held.WrittenCount + rest.Length > HeldBytesMax;
        if (passesRest && !rest.IsEmpty)
        {
            isCopying |= _held.WrittenCount > 0;
            _out.Write(_held.WrittenSpan);
            _held.ResetWrittenCount();
            _passing = true;
            eventStart = bytes.Length;
        }
        else
        {
            _held.Write(rest.Span);
        }

        if (!isCopying)
        {
            return bytes[..eventStart];
        }

        _out.Write(bytes.Span[copiedTo..eventStart]);
        return _out.WrittenMemory;
    }

    /// <summary>Where the event that is being read ends, behind its empty line; -1 if not in these bytes.</summary>
    private int NextEventEnd(ReadOnlySpan<byte> bytes, int at, out bool lateLineFeed)
    {
        lateLineFeed = false;
        if (_sawReturn && at == 0)
        {
            _sawReturn = false;
            if (bytes[0] == '\n')
            {
                if (!_hasContent && !_inLine)
                {
                    lateLineFeed = true;
                    return -1;
                }

                at = 1;
            }
        }

        while (at < bytes.Length)
        {
            var length = bytes[at..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0)
            {
                _inLine = true;
                _hasContent = true;
                return -1;
            }

            var isEmptyLine = length == 0 && !_inLine;
            at += length + 1;
            if (bytes[at - 1] == '\r')
            {
                if (at == bytes.Length)
                {
                    _sawReturn = true;
                }
                else if (bytes[at] == '\n')
                {
                    at++;
                }
            }

            _inLine = false;
            if (isEmptyLine)
            {
                _hasContent = false;
                return at;
            }

            _hasContent = true;
        }

        return -1;
    }

    private static bool IsUsageEvent(ReadOnlySpan<byte> text)
    {
        if (!UsageGate.HasValue(text, "\"usage\""u8) || text.IndexOf("\"choices\""u8) < 0)
        {
            return false;
        }

        var data = new ArrayBufferWriter<byte>(text.Length);
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            line = line.StartsWith(mark) ? line[mark.Length..] : line;
            if (line.StartsWith("data:"u8))
            {
                data.Write(line[5..]);
                data.Write("\n"u8);
            }
        }

        return IsUsageChunk(data.WrittenSpan);
    }

    private static bool IsUsageChunk(ReadOnlySpan<byte> json)
    {
        var hasUsage = false;
        var hasNoChoice = false;
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isUsage = reader.ValueTextEquals("usage"u8);
                var isChoices = reader.ValueTextEquals("choices"u8);
                reader.Read();
                if (isUsage)
                {
                    hasUsage = reader.TokenType == JsonTokenType.StartObject;
                }
                else if (isChoices)
                {
                    var first = reader;
                    hasNoChoice = reader.TokenType == JsonTokenType.StartArray && first.Read()
                        && first.TokenType == JsonTokenType.EndArray;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return hasUsage && hasNoChoice;
    }
}
