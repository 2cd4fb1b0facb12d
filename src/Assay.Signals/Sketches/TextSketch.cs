using System.Numerics;
using System.Runtime.InteropServices;

namespace Assay.Signals.Sketches;

/// <summary>
/// What is kept of a text: 64 bits that are alike for texts that are alike (SimHash over keyed hashes of pairs of words).
/// No word can be read from them, and without the key no text can be tried against them.
/// </summary>
/// <param name="Bits">The sketch.</param>
/// <param name="Words">How many words the text had, at most 65,535.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TextSketch(ulong Bits, ushort Words)
{
    /// <summary>Shorter texts, as "go on", are alike without meaning anything.</summary>
    public const int WordsMin = 12;

    /// <summary>Texts whose sketches differ in so many bits or fewer are near duplicates: a similarity of 0.71.</summary>
    public const int NearBits = 16;

    /// <summary>Whether the text is long enough to be compared.</summary>
    public bool IsTelling => Words >= WordsMin;

    // Texts are cut long before they have so many words.
    private const int VotePlanes = 24;

    /// <summary>In how many of 64 bits two sketches differ.</summary>
    public int Distance(TextSketch other) => BitOperations.PopCount(Bits ^ other.Bits);

    /// <summary>
    /// The estimated cosine similarity of the two texts' pairs of words. The distance in bits is binomial around
    /// 64 · θ/π for an angle θ between them, so it is within 12 bits of that in 99.7 % of cases.
    /// </summary>
    public double Similarity(TextSketch other) => Math.Cos(Math.PI * Distance(other) / 64);

    /// <summary>Sketches UTF-8 text: words are runs of letters and digits, without regard to the case of a to z.</summary>
    public static TextSketch Of(SketchKey key, ReadOnlySpan<byte> text)
    {
        Span<byte> word = stackalloc byte[64];
        Span<ulong> votes = stackalloc ulong[VotePlanes];
        var (words, last, length) = (0, 0UL, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? Letter(text[i]) : (byte)0;
            if (letter != 0)
            {
                if (length < word.Length)
                {
                    word[length++] = letter;
                }

                continue;
            }

            if (length == 0)
            {
                continue;
            }

            var hash = key.Hash(word[..length]);
            Vote(votes, BitOperations.RotateLeft(last, 23) ^ hash);
            (words, last, length) = (words + 1, hash, 0);
        }

        return new TextSketch(Majority(votes, words), (ushort)Math.Min(words, ushort.MaxValue));
    }

    /// <summary>Adds one vote to each of 64 counters whose binary digits lie in planes: two operations on average, not 64.</summary>
    private static void Vote(Span<ulong> planes, ulong pair)
    {
        // Rotation and exclusive or leave structure behind; one multiplication and a shift take it away.
        pair *= 0x9E3779B97F4A7C15;
        pair ^= pair >> 32;
        for (var i = 0; i < planes.Length && pair != 0; i++)
        {
            (planes[i], pair) = (planes[i] ^ pair, planes[i] & pair);
        }
    }

    /// <summary>The bits whose counters are more than half of the votes, compared plane by plane from the highest.</summary>
    private static ulong Majority(ReadOnlySpan<ulong> planes, int votes)
    {
        var half = votes / 2;
        var (more, equal) = (0UL, ulong.MaxValue);
        for (var i = planes.Length - 1; i >= 0; i--)
        {
            if (((half >> i) & 1) == 0)
            {
                more |= equal & planes[i];
                equal &= ~planes[i];
            }
            else
            {
                equal &= planes[i];
            }
        }

        return more;
    }

    private static byte Letter(byte value) => value switch
    {
        >= (byte)'A' and <= (byte)'Z' => (byte)(value | 0x20),
        >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9' or >= 0x80 => value,
        _ => 0,
    };
}
