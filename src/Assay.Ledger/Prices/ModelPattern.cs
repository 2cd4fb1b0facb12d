namespace Assay.Ledger.Prices;

/// <summary>
/// A pattern of model names: letters stand for themselves whatever their case, <c>*</c> for any run of characters,
/// <c>#</c> for one digit.
/// </summary>
public sealed class ModelPattern
{
    /// <summary>The longest pattern and the longest model name that can match.</summary>
    public const int LengthMax = 256;

    private ModelPattern(string text) => Text = text;

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern; it fails if it is empty or too long.</summary>
    public static bool TryParse(string text, out ModelPattern? pattern)
    {
        pattern = text is { Length: > 0 and <= LengthMax } ? new ModelPattern(text) : null;
        return pattern is not null;
    }

    /// <summary>Whether the whole name fits.</summary>
    public bool Matches(ReadOnlySpan<char> name)
    {
        var (p, n) = (0, 0);
        var (starAt, resumeAt) = (-1, 0);
        while (n < name.Length)
        {
            if (p < Text.Length && Text[p] == '*')
            {
                (starAt, resumeAt) = (p++, n);
            }
            else if (p < Text.Length && Fits(Text[p], name[n]))
            {
                p++;
                n++;
            }
            else if (starAt >= 0)
            {
                // Let the last star take one character more and try again from there.
                (p, n) = (starAt + 1, ++resumeAt);
            }
            else
            {
                return false;
            }
        }

        while (p < Text.Length && Text[p] == '*')
        {
            p++;
        }

        return p == Text.Length;
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    private static bool Fits(char wanted, char found) => wanted == '#'
        ? char.IsAsciiDigit(found)
        : wanted == found || char.ToLowerInvariant(wanted) == char.ToLowerInvariant(found);
}
