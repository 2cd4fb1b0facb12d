namespace Assay.Server.Store;

/// <summary>
/// Makes text that came from a client fit for any column and index. One attempt that a database refuses would hold up
/// every later one, so it must not be refusable: PostgreSQL takes neither NUL nor half a surrogate pair, and an index
/// entry must fit a third of a page.
/// </summary>
internal static class StorableText
{
    public const int CharsMax = 400;

    public static string Of(string text)
    {
        if (text.Length <= CharsMax && !text.AsSpan().Contains('\0') && !HasSurrogate(text))
        {
            return text;
        }

        return string.Create(Math.Min(text.Length, CharsMax), text, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                var isPair = char.IsHighSurrogate(source[i]) && i + 1 < target.Length && char.IsLowSurrogate(source[i + 1]);
                if (isPair)
                {
                    target[i] = source[i];
                    i++;
                    target[i] = source[i];
                }
                else
                {
                    target[i] = source[i] == '\0' || char.IsSurrogate(source[i]) ? '\uFFFD' : source[i];
                }
            }
        });
    }

    private static bool HasSurrogate(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');
}
