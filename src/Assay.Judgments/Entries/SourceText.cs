using System.Buffers;
using System.Text;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Entries;

/// <summary>
/// Turns the bytes of a file into text with LF line ends, or says where and why it is none. What a reader could not see
/// is refused: control characters, and those that turn the direction of writing, behind which text can hide.
/// </summary>
public static class SourceText
{
    public const int BytesMax = 256 * 1024;

    private static readonly SearchValues<char> s_unseen = SearchValues.Create(
        [
            .. Enumerable.Range(0, 0x20).Where(c => c is not ('\t' or '\n')).Select(c => (char)c),
            '\u007f', '\u0085', '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff',
            '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069',
        ]);

    public static string? Read(ReadOnlySpan<byte> bytes, out Fault? fault) => Read(bytes, BytesMax, out fault);

    public static string? Read(ReadOnlySpan<byte> bytes, int bytesMax, out Fault? fault)
    {
        fault = FaultInBytes(bytes, bytesMax);
        if (fault is not null)
        {
            return null;
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            fault = InvalidUtf8(bytes);
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes);
        if (text.Contains('\r', StringComparison.Ordinal))
        {
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        }

        var unseen = text.AsSpan().IndexOfAny(s_unseen);
        if (unseen < 0)
        {
            return text;
        }

        var (line, column) = PositionOf(text, unseen);
        fault = new Fault(line, column, text[unseen] == '\r'
            ? "A line ends with a carriage return alone: save the file with LF line ends."
            : $"The character U+{(int)text[unseen]:X4} cannot be seen and is refused: remove it.");
        return null;
    }

    private static Fault? FaultInBytes(ReadOnlySpan<byte> bytes, int bytesMax)
    {
        if (bytes.Length > bytesMax)
        {
            return new Fault(1, 1, $"The file has {bytes.Length} bytes, and {bytesMax} are allowed: shorten it.");
        }

        if (bytes.IsEmpty)
        {
            return new Fault(1, 1, "The file is empty.");
        }

        return bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff])
            ? new Fault(1, 1, "The file is UTF-16 or UTF-32: save it as UTF-8.")
            : null;
    }

    private static Fault InvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        var (line, column) = (1, 1);
        while (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == OperationStatus.Done)
        {
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf16SequenceLength);
            bytes = bytes[consumed..];
        }

        var first = bytes.IsEmpty ? (byte)0 : bytes[0];
        return new Fault(line, column, $"The byte 0x{first:X2} is not UTF-8: save the file as UTF-8.");
    }

    private static (int Line, int Column) PositionOf(string text, int index)
    {
        var before = text.AsSpan(0, index);
        return (before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }
}
