namespace Assay.Server.Formats;

/// <summary>
/// Measures the generated content of an event that is not parsed: the strings inside its <c>delta</c>, as long as they
/// are written. It is the base of estimates, so it may be wrong about strange events, but never slow.
/// </summary>
internal static class DeltaBytes
{
    public static int Measure(ReadOnlySpan<byte> data)
    {
        var total = 0;
        while (true)
        {
            var at = data.IndexOf("\"delta\":"u8);
            if (at < 0)
            {
                return total;
            }

            data = data[(at + "\"delta\":"u8.Length)..].TrimStart((byte)' ');
            if (data.IsEmpty)
            {
                return total;
            }

            if (data[0] == '"')
            {
                total += TextLength(data[1..]);
            }
            else if (data[0] == '{')
            {
                total += Members(ref data);
            }
        }
    }

    private static int Members(ref ReadOnlySpan<byte> data)
    {
        var total = 0;
        var depth = 0;
        var isContent = false;
        while (true)
        {
            var at = data.IndexOfAny("\"{}"u8);
            if (at < 0)
            {
                data = default;
                return total;
            }

            var character = data[at];
            data = data[(at + 1)..];
            if (character == '{')
            {
                depth++;
            }
            else if (character == '}')
            {
                if (--depth <= 0)
                {
                    return total;
                }
            }
            else
            {
                var length = TextLength(data);
                var text = data[..length];
                data = data[Math.Min(data.Length, length + 1)..].TrimStart((byte)' ');
                if (data.StartsWith(":"u8))
                {
                    isContent = IsContent(text);
                }
                else
                {
                    total += isContent ? length : 0;
                    isContent = false;
                }
            }
        }
    }

    private static bool IsContent(ReadOnlySpan<byte> key) => JsonKeys.IdOf(key) is
        JsonKeys.Content or JsonKeys.Text or JsonKeys.Thinking or JsonKeys.PartialJson or JsonKeys.ReasoningContent
        or JsonKeys.Reasoning or JsonKeys.RefusalText or JsonKeys.Arguments or JsonKeys.Input;

    private static int TextLength(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var length = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (length < 0)
            {
                return text.Length;
            }

            at += length;
            if (text[at] == '"')
            {
                return at;
            }

            at += 2;
        }

        return text.Length;
    }
}
