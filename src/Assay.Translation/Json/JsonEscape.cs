using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Assay.Translation.Json;

/// <summary>
/// Between the two shapes of a text: as it is (UTF-8) and as it stands between the quotes of a JSON string. Only what
/// JSON demands is escaped, so that texts pass from one string into another without being decoded.
/// </summary>
internal static class JsonEscape
{
    private static readonly SearchValues<byte> s_special =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    public static void Append(IBufferWriter<byte> output, ReadOnlySpan<byte> plain)
    {
        while (!plain.IsEmpty)
        {
            var at = plain.IndexOfAny(s_special);
            if (at < 0)
            {
                output.Write(plain);
                return;
            }

            output.Write(plain[..at]);
            AppendOne(output, plain[at]);
            plain = plain[(at + 1)..];
        }
    }

    public static byte[] Escaped(ReadOnlySpan<byte> plain)
    {
        if (!plain.ContainsAny(s_special))
        {
            return plain.ToArray();
        }

        var output = new ArrayBufferWriter<byte>(plain.Length + 32);
        Append(output, plain);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Escaped(string plain) => Escaped(Encoding.UTF8.GetBytes(plain));

    /// <summary>The text that an escaped one stands for; false if it is not a text (a lone surrogate).</summary>
    public static bool TryUnescape(ReadOnlySpan<byte> escaped, ArrayBufferWriter<byte> output)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            output.Write(escaped);
            return true;
        }

        var quoted = ArrayPool<byte>.Shared.Rent(escaped.Length + 2);
        try
        {
            quoted[0] = (byte)'"';
            escaped.CopyTo(quoted.AsSpan(1));
            quoted[escaped.Length + 1] = (byte)'"';
            var reader = new Utf8JsonReader(quoted.AsSpan(0, escaped.Length + 2));
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
            {
                return false;
            }

            var written = reader.CopyString(output.GetSpan(escaped.Length));
            output.Advance(written);
            return true;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(quoted);
        }
    }

    private static void AppendOne(IBufferWriter<byte> output, byte special)
    {
        switch (special)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                output.Write("\\u00"u8);
                output.Write([Hex(special >> 4), Hex(special & 15)]);
                break;
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}
