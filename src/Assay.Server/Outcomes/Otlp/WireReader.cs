using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>A message that is not what it says.</summary>
internal sealed class BrokenMessageException(string message) : Exception(message);

/// <summary>Walks over the fields of one protobuf message, without a schema and without a copy.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value if it is a number, as the bits on the wire.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value if it is text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly double Double => BitConverter.UInt64BitsToDouble(Number);

    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        if (tag >> 3 is 0 or > 0x1FFF_FFFF)
        {
            throw new BrokenMessageException("A field has no valid number.");
        }

        Field = (int)(tag >> 3);
        Bytes = default;
        Number = 0;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                var length = Varint();
                Bytes = length <= (ulong)_rest.Length ? Take((int)length) : throw Short();
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new BrokenMessageException("A field has a wire type that no current protobuf writes.");
        }

        return true;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var i = 0; i < 10; i++)
        {
            if (i >= _rest.Length)
            {
                throw Short();
            }

            var b = _rest[i];
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw new BrokenMessageException("A number has more than ten bytes.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Short();
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static BrokenMessageException Short() => new("The message ends in the middle of a field.");
}
