using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;

namespace Assay.Server.Routing.Dialects.Aws;

/// <summary>
/// Turns Bedrock's binary event stream (<c>application/vnd.amazon.eventstream</c>) into server-sent events, as its bytes
/// arrive. A frame: total length, length of the headers, CRC-32 of these eight bytes; headers; payload; CRC-32 of all
/// before it; numbers in network order. The payload of a <c>chunk</c> is <c>{"bytes":"BASE64 OF THE EVENT"}</c>.
/// </summary>
internal sealed class EventFrames
{
    /// <summary>The longest frame that is taken; AWS states 16 MiB for a payload.</summary>
    public const int FrameBytesMax = 24 * 1024 * 1024;

    private const int PreludeBytes = 12;
    private const int CrcBytes = 4;

    private readonly ArrayBufferWriter<byte> _held = new(4096);
    private readonly ArrayBufferWriter<byte> _event = new(1024);

    /// <summary>Whether what came so far ends with a frame's end.</summary>
    public bool IsAtEnd => _held.WrittenCount == 0;

    /// <summary>Takes bytes cut anywhere, and writes the events that are complete.</summary>
    /// <exception cref="IOException">The bytes are no such stream.</exception>
    public void Write(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (_held.WrittenCount > 0)
        {
            _held.Write(bytes);
            bytes = _held.WrittenSpan;
        }

        var at = 0;
        while (bytes.Length - at >= PreludeBytes)
        {
            var frame = bytes[at..];
            var length = BinaryPrimitives.ReadUInt32BigEndian(frame);
            if (length is < PreludeBytes + CrcBytes or > FrameBytesMax
                || Crc32.Of(frame[..8]) != BinaryPrimitives.ReadUInt32BigEndian(frame[8..]))
            {
                throw new IOException("The provider's event stream has a frame that cannot be read.");
            }

            if (frame.Length < length)
            {
                break;
            }

            Frame(frame[..(int)length], output);
            at += (int)length;
        }

        Keep(bytes[at..]);
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.Length == _held.WrittenCount)
        {
            return;
        }

        // The rest may lie in the very buffer that it is to be kept in.
        var copy = rest.ToArray();
        _held.ResetWrittenCount();
        _held.Write(copy);
    }

    private void Frame(ReadOnlySpan<byte> frame, IBufferWriter<byte> output)
    {
        if (Crc32.Of(frame[..^CrcBytes]) != BinaryPrimitives.ReadUInt32BigEndian(frame[^CrcBytes..]))
        {
            throw new IOException("The provider's event stream has a frame with a wrong checksum.");
        }

        var headerBytes = BinaryPrimitives.ReadUInt32BigEndian(frame[4..]);
        if (headerBytes > frame.Length - PreludeBytes - CrcBytes)
        {
            throw new IOException("The provider's event stream has a frame that cannot be read.");
        }

        var headers = new FrameHeaders(frame.Slice(PreludeBytes, (int)headerBytes));
        var payload = frame[(PreludeBytes + (int)headerBytes)..^CrcBytes];
        if (headers.MessageType.SequenceEqual("event"u8))
        {
            Chunk(headers.EventType, payload, output);
        }
        else
        {
            StreamFault.Write(headers, payload, output);
        }
    }

    private void Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (!type.SequenceEqual("chunk"u8))
        {
            Typed(type, payload, output);
            return;
        }

        var reader = new Utf8JsonReader(payload);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("bytes"u8))
                {
                    reader.Read();
                    Event(reader.ValueSpan, output);
                    return;
                }
            }
        }
        catch (JsonException fault)
        {
            throw new IOException("The provider's event stream has a payload that cannot be read.", fault);
        }
    }

    /// <summary>An event of <c>ConverseStream</c>: its payload is the data, the frame's header says what it is.</summary>
    private static void Typed(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        // What is not known says nothing to those who read these events.
        var isKnown = type.SequenceEqual("contentBlockDelta"u8) || type.SequenceEqual("contentBlockStart"u8)
            || type.SequenceEqual("contentBlockStop"u8) || type.SequenceEqual("messageStart"u8)
            || type.SequenceEqual("messageStop"u8) || type.SequenceEqual("metadata"u8);
        if (!isKnown)
        {
            return;
        }

        output.Write("event: "u8);
        output.Write(type);
        output.Write("\ndata: "u8);
        var data = output.GetSpan(payload.Length)[..payload.Length];
        payload.CopyTo(data);

        // An event's data must stay on its line; between JSON's tokens a space says the same.
        data.Replace((byte)'\n', (byte)' ');
        data.Replace((byte)'\r', (byte)' ');
        output.Advance(payload.Length);
        output.Write("\n\n"u8);
    }

    private void Event(ReadOnlySpan<byte> base64, IBufferWriter<byte> output)
    {
        _event.ResetWrittenCount();
        var room = _event.GetSpan(Base64.GetMaxDecodedFromUtf8Length(base64.Length) + 1);
        if (Base64.DecodeFromUtf8(base64, room, out _, out var written) != OperationStatus.Done)
        {
            throw new IOException("The provider's event stream has a payload that cannot be read.");
        }

        var json = room[..written];
        output.Write("event: "u8);
        output.Write(TypeOf(json));
        output.Write("\ndata: "u8);
        output.Write(json);
        output.Write("\n\n"u8);
    }

    // Anthropic's events name themselves; their stream repeats it in the event's line.
    private static ReadOnlySpan<byte> TypeOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                return reader.TokenType == JsonTokenType.String ? reader.ValueSpan : "message"u8;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Skip();
            }
        }

        return "message"u8;
    }
}
