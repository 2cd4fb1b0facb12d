using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    /// <summary>What is longer counts by its beginning.</summary>
    private const int WordBytes = 64;

    /// <summary>Of each byte the letter that it counts as; 0 between words.</summary>
    private static readonly byte[] s_letters = LettersOf();

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
        Span<byte> word = stackalloc byte[WordBytes];
        var pairs = new Pairs(key, stackalloc ulong[VotePlanes], stackalloc ulong[2 * Vector256<ulong>.Count]);
        var (words, length) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? s_letters[text[i]] : (byte)0;
            if (letter != 0)
            {
                if (length < WordBytes)
                {
                    word[length++] = letter;
                }
            }
            else if (length > 0)
            {
                pairs.Add(word, length);
                words++;
                length = 0;
            }
        }

        return new TextSketch(Majority(pairs.Votes(), words), (ushort)Math.Min(words, ushort.MaxValue));
    }

    /// <summary>Hashes words four at a time, and lets each vote together with the one before it.</summary>
    /// <param name="key">The secret.</param>
    /// <param name="planes">The votes; all zero.</param>
    /// <param name="waiting">Room for four short words, and for the hashes of four long ones.</param>
    private ref struct Pairs(SketchKey key, Span<ulong> planes, Span<ulong> waiting)
    {
        private static readonly int s_lanes = Vector256<ulong>.Count;

        private readonly Span<ulong> _planes = planes;
        private readonly Span<ulong> _short = waiting[..s_lanes];
        private readonly Span<ulong> _long = waiting.Slice(s_lanes, s_lanes);
        private int _waiting;
        private ulong _last;

        /// <summary>Adds a word.</summary>
        /// <param name="word">The whole buffer; what is behind the word is not read as such.</param>
        /// <param name="length">The word's bytes.</param>
        public void Add(ReadOnlySpan<byte> word, int length)
        {
            if (length < SketchKey.ShortBytes)
            {
                var bytes = BinaryPrimitives.ReadUInt64LittleEndian(word) & ((1UL << (8 * length)) - 1);
                _short[_waiting] = bytes | ((ulong)length << 56);
            }
            else
            {
                _short[_waiting] = 0;
                _long[_waiting] = key.Hash(word[..length]);
            }

            if (++_waiting == s_lanes)
            {
                VoteOnWaiting();
            }
        }

        public ReadOnlySpan<ulong> Votes()
        {
            VoteOnWaiting();
            return _planes;
        }

        private void VoteOnWaiting()
        {
            // No word is empty, so a lane without a length has a long one.
            var inputs = Vector256.Create<ulong>(_short);
            Vector256.ConditionalSelect(Vector256.Equals(inputs, Vector256<ulong>.Zero), Vector256.Create<ulong>(_long), key.HashFour(inputs)).CopyTo(_long);
            for (var i = 0; i < _waiting; i++)
            {
                Vote(_planes, BitOperations.RotateLeft(_last, 23) ^ _long[i]);
                _last = _long[i];
            }

            _waiting = 0;
        }
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

    private static byte[] LettersOf()
    {
        var letters = new byte[256];
        for (var value = 0; value < letters.Length; value++)
        {
            letters[value] = value switch
            {
                >= 'A' and <= 'Z' => (byte)(value | 0x20),
                >= 'a' and <= 'z' or >= '0' and <= '9' or >= 0x80 => (byte)value,
                _ => 0,
            };
        }

        return letters;
    }
}
