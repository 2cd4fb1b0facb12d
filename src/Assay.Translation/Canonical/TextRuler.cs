using System.Runtime.InteropServices;
using System.Text;

namespace Assay.Translation.Canonical;

/// <summary>
/// Measures the text of an answer as it passes: in characters (Unicode code points, as OpenAI counts places in a text) and in
/// bytes of UTF-8 (as Google does). It keeps only where the width of characters changes.
/// </summary>
internal struct TextRuler
{
    // A text that changes more often is measured no further; its places are then not told.
    private const int RunsMax = 100_000;

    private List<Run>? _runs;
    private int _width;

    public long Characters { get; private set; }

    public long Bytes { get; private set; }

    public void Add(ReadOnlySpan<byte> escaped)
    {
        if (_width <= 1 && Ascii.IsValid(escaped) && !escaped.Contains((byte)'\\'))
        {
            Characters += escaped.Length;
            Bytes += escaped.Length;
            return;
        }

        while (!escaped.IsEmpty)
        {
            var (taken, width) = Next(escaped);
            if (width != Math.Max(_width, 1) && (_runs?.Count ?? 0) < RunsMax)
            {
                (_runs ??= []).Add(new Run(Characters, Bytes, width));
                _width = width;
            }

            Characters++;
            Bytes += width;
            escaped = escaped[Math.Min(taken, escaped.Length)..];
        }
    }

    /// <summary>The byte at which a character begins; -1 if that is not known.</summary>
    public readonly long ByteOf(long character)
    {
        var run = RunOf(run => run.Character <= character);
        return character > Characters || IsLost ? -1 : run.Byte + ((character - run.Character) * run.Width);
    }

    /// <summary>The character that begins at a byte or holds it; -1 if that is not known.</summary>
    public readonly long CharacterOf(long at)
    {
        var run = RunOf(run => run.Byte <= at);
        return at > Bytes || IsLost ? -1 : run.Character + ((at - run.Byte) / run.Width);
    }

    private readonly bool IsLost => _runs is { Count: >= RunsMax };

    private readonly Run RunOf(Predicate<Run> begins) => _runs?.FindLastIndex(begins) is { } index and >= 0 ? _runs[index] : new Run(0, 0, 1);

    /// <summary>How many bytes the next character has as it stands, and how many it has in UTF-8.</summary>
    private static (int Taken, int Width) Next(ReadOnlySpan<byte> escaped)
    {
        var first = escaped[0];
        if (first != '\\')
        {
            var width = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            return (width, width);
        }

        if (escaped.Length < 6 || escaped[1] != 'u')
        {
            return (2, 1);
        }

        var unit = Unit(escaped);
        return unit is >= 0xD800 and < 0xDC00 && escaped.Length >= 12 && escaped[6] == '\\' && Unit(escaped[6..]) is >= 0xDC00 and < 0xE000 ? (12, 4)
            : (6, unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3);
    }

    private static int Unit(ReadOnlySpan<byte> escape) =>
        System.Buffers.Text.Utf8Parser.TryParse(escape[2..6], out int unit, out _, 'x') ? unit : 0;

    /// <summary>From here on, characters have this width.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Run(long Character, long Byte, int Width);
}
