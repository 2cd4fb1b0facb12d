using System.Buffers.Binary;

namespace Assay.Server.Routing.Dialects.Aws;

/// <summary>The headers of a frame that tell what it is. Each: length of the name, name, type, value.</summary>
internal readonly ref struct FrameHeaders
{
    private const byte StringType = 7;

    /// <exception cref="IOException">They cannot be read.</exception>
    public FrameHeaders(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                var name = bytes.Slice(1, bytes[0]);
                var type = bytes[1 + name.Length];
                bytes = bytes[(2 + name.Length)..];
                var length = LengthOf(type, ref bytes);
                var value = bytes[..length];
                bytes = bytes[length..];
                if (type != StringType)
                {
                    continue;
                }

                switch (name)
                {
                    case var _ when name.SequenceEqual(":message-type"u8):
                        MessageType = value;
                        break;
                    case var _ when name.SequenceEqual(":event-type"u8):
                        EventType = value;
                        break;
                    case var _ when name.SequenceEqual(":exception-type"u8) || name.SequenceEqual(":error-code"u8):
                        FaultType = value;
                        break;
                    case var _ when name.SequenceEqual(":error-message"u8):
                        FaultMessage = value;
                        break;
                }
            }
        }
        catch (Exception fault) when (fault is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new IOException("The provider's event stream has headers that cannot be read.", fault);
        }
    }

    /// <summary><c>event</c>, <c>exception</c> or <c>error</c>.</summary>
    public ReadOnlySpan<byte> MessageType { get; }

    public ReadOnlySpan<byte> EventType { get; }

    public ReadOnlySpan<byte> FaultType { get; }

    public ReadOnlySpan<byte> FaultMessage { get; }

    private static int LengthOf(byte type, ref ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case 0 or 1:
                return 0;
            case 2:
                return 1;
            case 3:
                return 2;
            case 4:
                return 4;
            case 5 or 8:
                return 8;
            case 6 or StringType:
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
                bytes = bytes[2..];
                return length;
            case 9:
                return 16;
            default:
                throw new IOException("The provider's event stream has headers that cannot be read.");
        }
    }
}
