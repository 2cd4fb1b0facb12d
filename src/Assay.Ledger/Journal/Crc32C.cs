using System.Buffers.Binary;
using System.Numerics;

namespace Assay.Ledger.Journal;

/// <summary>CRC-32C (Castagnoli) by the processor's own instruction, eight bytes at a time.</summary>
internal static class Crc32C
{
    /// <summary>The state before the first byte; turn the end state with <c>~</c> for the usual value.</summary>
    public const uint Start = uint.MaxValue;

    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }

    public static uint Append(uint state, ulong littleEndian) => BitOperations.Crc32C(state, littleEndian);

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(Start, bytes);
}
