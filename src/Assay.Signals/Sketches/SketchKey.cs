using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Assay.Signals.Sketches;

/// <summary>
/// The secret under which texts are sketched. Whoever has only sketches cannot try texts against them, and sketches under
/// different keys have nothing in common; so a key is replaced often and never stored.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct SketchKey
{
    /// <summary>The bytes of a key.</summary>
    public const int Bytes = 16;

    /// <summary>Inputs of fewer bytes fill one block.</summary>
    public const int ShortBytes = 8;

    private readonly ulong _k0;
    private readonly ulong _k1;

    /// <summary>A key from 16 random bytes.</summary>
    public SketchKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Bytes)
        {
            throw new ArgumentException("A key has 16 bytes.", nameof(secret));
        }

        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(secret);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]);
    }

    /// <summary>SipHash-2-4 of some bytes: a keyed hash that cannot be told from chance without the key.</summary>
    public ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var (v0, v1) = (_k0 ^ 0x736F6D6570736575, _k1 ^ 0x646F72616E646F6D);
        var (v2, v3) = (_k0 ^ 0x6C7967656E657261, _k1 ^ 0x7465646279746573);
        var last = (ulong)bytes.Length << 56;
        while (bytes.Length >= 8)
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes), ref v0, ref v1, ref v2, ref v3);
            bytes = bytes[8..];
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        Mix(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xFF;
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    /// <summary>
    /// <see cref="Hash"/> of four inputs at once, each of fewer than <see cref="ShortBytes"/> bytes: one round waits for the one before
    /// it, so four in step cost little more than one.
    /// </summary>
    /// <param name="inputs">Of each input its bytes, the first lowest, and in the highest byte how many they are.</param>
    public Vector256<ulong> HashFour(Vector256<ulong> inputs)
    {
        var (v0, v1) = (Vector256.Create(_k0 ^ 0x736F6D6570736575), Vector256.Create(_k1 ^ 0x646F72616E646F6D));
        var (v2, v3) = (Vector256.Create(_k0 ^ 0x6C7967656E657261), Vector256.Create(_k1 ^ 0x7465646279746573) ^ inputs);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= inputs;
        v2 ^= Vector256.Create(0xFFUL);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Mix(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref Vector256<ulong> v0, ref Vector256<ulong> v1, ref Vector256<ulong> v2, ref Vector256<ulong> v3)
    {
        v0 += v1;
        v1 = RotateLeft(v1, 13) ^ v0;
        v0 = RotateLeft(v0, 32);
        v2 += v3;
        v3 = RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = RotateLeft(v1, 17) ^ v2;
        v2 = RotateLeft(v2, 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateLeft(Vector256<ulong> value, [ConstantExpected] int bits) => (value << bits) | (value >>> (64 - bits));
}
