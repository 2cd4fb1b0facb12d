using System.Runtime.InteropServices;

namespace Assay.Sim.Workforce;

/// <summary>
/// A text that need not be kept: it derives from a topic, a variant of it, and how much of the topic's words the variant
/// changes. Two variants of one topic that change little are near duplicates.
/// </summary>
/// <param name="Topic">What it is about.</param>
/// <param name="Variant">Which way of saying it.</param>
/// <param name="Changed">Which part of the words is this variant's own, in 255ths.</param>
/// <param name="Words">How many words.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WorkText(ulong Topic, ulong Variant, byte Changed, byte Words)
{
    /// <summary>The longest text in bytes.</summary>
    public const int BytesMax = 256 * 5;

    private const string Consonants = "bdfgklmnprstvwzh";
    private const string Vowels = "aeio";

    /// <summary>Writes the text as UTF-8.</summary>
    /// <returns>How many bytes.</returns>
    public int Write(Span<byte> into)
    {
        var written = 0;
        for (var i = 0; i < Words; i++)
        {
            var own = WorkRandom.Mix(Variant ^ ((ulong)i << 32) ^ 0x5851F42D);
            var word = (own & 255) < Changed && Changed > 0 ? own >> 8 : WorkRandom.Mix(Topic + (ulong)i);
            into[written++] = (byte)Consonants[(int)(word & 15)];
            into[written++] = (byte)Vowels[(int)((word >> 4) & 3)];
            into[written++] = (byte)Consonants[(int)((word >> 6) & 15)];
            into[written++] = (byte)Vowels[(int)((word >> 10) & 3)];
            into[written++] = (byte)' ';
        }

        return written;
    }
}
