using System.Buffers.Binary;
using System.Text;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Journal;

/// <summary>A reusable buffer into which records are encoded one behind the other. Grows, never shrinks.</summary>
internal sealed class RecordWriter(int capacity)
{
    private const int ShortText = 42;

    private byte[] _buffer = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Truncate(int length) => Length = length;

    /// <summary>A part of what is written, to fill in what is known only later.</summary>
    public Span<byte> Part(int start, int length) => _buffer.AsSpan(0, Length).Slice(start, length);

    /// <summary>Room for bytes that are filled in later.</summary>
    public void Skip(int bytes)
    {
        Ensure(bytes);
        Length += bytes;
    }

    public void Byte(byte value)
    {
        Ensure(1);
        _buffer[Length++] = value;
    }

    /// <summary>Unsigned LEB128: seven bits a byte, lowest first.</summary>
    public void Varint(ulong value)
    {
        Ensure(10);
        while (value >= 0x80)
        {
            _buffer[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[Length++] = (byte)value;
    }

    /// <summary>Zigzag: small numbers of either sign stay short.</summary>
    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Sixteen bytes in the order in which a UUID is printed.</summary>
    public void Id(Guid value)
    {
        Ensure(16);
        value.TryWriteBytes(_buffer.AsSpan(Length), bigEndian: true, out _);
        Length += 16;
    }

    public void Text(string value)
    {
        if (value.Length <= ShortText)
        {
            // Its length is less than 128 bytes, whatever is in it, and so takes one byte.
            Ensure(1 + ShortText * 3);
            var written = Encoding.UTF8.GetBytes(value, _buffer.AsSpan(Length + 1));
            _buffer[Length] = (byte)written;
            Length += 1 + written;
            return;
        }

        var bytes = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)bytes);
        Ensure(bytes);
        Length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(Length));
    }

    /// <summary>Only the classes that are not zero: how many, then class and count of each in rising order.</summary>
    public void Counts(in UsageCounts counts)
    {
        var at = Length;
        Byte(0);
        byte used = 0;
        for (var i = 0; i < UsageCounts.ClassCount; i++)
        {
            var count = counts[(UsageClass)i];
            if (count != 0)
            {
                Byte((byte)i);
                Varint((ulong)count);
                used++;
            }
        }

        _buffer[at] = used;
    }

    public void UInt32At(int start, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(Part(start, sizeof(uint)), value);

    private void Ensure(int bytes)
    {
        if (_buffer.Length - Length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + bytes));
        }
    }
}
