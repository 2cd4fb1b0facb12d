namespace Assay.Server.Formats;

/// <summary>Names that clients give to things (sessions, work): bounded, and without control characters.</summary>
internal static class Labels
{
    /// <summary>
    /// The name, trimmed and cut to <see cref="RequestScanner.LabelCharactersMax"/>. Empty if there is none, or if it
    /// has control characters: such a value is no name.
    /// </summary>
    public static string Clean(string? value)
    {
        var text = value.AsSpan().Trim();
        if (text.IsEmpty || HasControl(text))
        {
            return "";
        }

        if (text.Length > RequestScanner.LabelCharactersMax)
        {
            var end = RequestScanner.LabelCharactersMax;
            text = text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
        }

        return text.Length == value!.Length ? value : text.ToString();
    }

    public static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
