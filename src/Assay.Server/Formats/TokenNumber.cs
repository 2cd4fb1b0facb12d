using System.Buffers.Text;
using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>Reads counts as providers write them, and as they should not.</summary>
internal static class TokenNumber
{
    /// <summary>No answer uses a trillion of anything: a larger count is a fault, not a bill.</summary>
    public const long Max = 1_000_000_000_000;

    /// <summary>
    /// The count that is the coming value; null if none is stated. Negative, fractional, absurd and other values mark
    /// the reading: negative counts as zero, a fraction is rounded up, the rest is as if not stated.
    /// </summary>
    public static long? Read(ref Utf8JsonReader reader, ref bool malformed)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number:
                return FromNumber(ref reader, ref malformed);
            case JsonTokenType.String when Utf8Parser.TryParse(reader.ValueSpan, out long number, out var used)
                && used == reader.ValueSpan.Length:
                return Checked(number, ref malformed);
            default:
                reader.Skip();
                malformed = true;
                return null;
        }
    }

    private static long? FromNumber(ref Utf8JsonReader reader, ref bool malformed)
    {
        if (reader.TryGetInt64(out var number))
        {
            return Checked(number, ref malformed);
        }

        if (!reader.TryGetDecimal(out var value) || value is > Max or < -Max)
        {
            malformed = true;
            return null;
        }

        var whole = decimal.Ceiling(value);
        malformed |= whole != value;
        return Checked((long)whole, ref malformed);
    }

    private static long? Checked(long number, ref bool malformed)
    {
        if (number is >= 0 and <= Max)
        {
            return number;
        }

        malformed = true;
        return number < 0 ? 0 : null;
    }
}
