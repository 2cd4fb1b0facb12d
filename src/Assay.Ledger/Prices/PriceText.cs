using System.Globalization;
using System.Runtime.InteropServices;

namespace Assay.Ledger.Prices;

/// <summary>
/// Reads and writes the texts of a price file: US dollars per million as nano-USD per million, fractions, dates and
/// hours. Decimal numbers are read from their text, never through a binary fraction.
/// </summary>
internal static class PriceText
{
    /// <summary>$100 million per million, $100 for each: far beyond any token or fee.</summary>
    public const long PriceMax = 100_000_000L * 1_000_000_000;

    public const long DayMs = 86_400_000;

    private const NumberStyles Plain = NumberStyles.AllowDecimalPoint;

    /// <summary>Reads a price with at most nine decimal places.</summary>
    public static bool TryParseUsd(string text, out long nanos)
    {
        // A decimal holds 28 digits and rounds the rest away without a word.
        nanos = 0;
        if (text.Length > 28
            || !decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out var dollars)
            || dollars > PriceMax / 1_000_000_000)
        {
            return false;
        }

        var exact = dollars * 1_000_000_000m;
        nanos = (long)exact;
        return nanos == exact;
    }

    /// <summary>
    /// Reads a price from a source that writes binary fractions in full, as <c>0.18000000000000002</c>, and takes the
    /// nearest nano-USD.
    /// </summary>
    public static bool TryParseNoisyUsd(string text, out long nanos)
    {
        nanos = 0;
        if (!decimal.TryParse(text, Plain | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var dollars)
            || dollars is < 0 or > PriceMax / 1_000_000_000)
        {
            return false;
        }

        nanos = (long)decimal.Round(dollars * 1_000_000_000m, MidpointRounding.AwayFromZero);
        return true;
    }

    public static string FormatUsd(long nanos) =>
        ((decimal)nanos / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture);

    /// <summary>Reads a date, which begins at midnight UTC.</summary>
    public static bool TryParseDate(string text, out long startMs)
    {
        startMs = 0;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return false;
        }

        startMs = (date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * DayMs;
        return true;
    }

    /// <summary>Reads a daily span in UTC such as <c>16:30-00:30</c>.</summary>
    public static bool TryParseHours(string text, out HourSpan hours)
    {
        hours = default;
        var parts = text.Split('-');
        if (parts.Length != 2 || !TryParseTime(parts[0], out var from) || !TryParseTime(parts[1], out var to) || from == to)
        {
            return false;
        }

        hours = new HourSpan(from, to);
        return true;
    }

    private static bool TryParseTime(string text, out long ms)
    {
        var read = TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        ms = time.Ticks / TimeSpan.TicksPerMillisecond;
        return read;
    }
}

/// <summary>A span of every day in UTC, from inclusive, to exclusive; it wraps midnight when it ends before it begins.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HourSpan(long FromMs, long ToMs)
{
    public bool Contains(long atMs)
    {
        var time = ((atMs % PriceText.DayMs) + PriceText.DayMs) % PriceText.DayMs;
        return FromMs < ToMs ? time >= FromMs && time < ToMs : time >= FromMs || time < ToMs;
    }
}

/// <summary>A fraction by which prices are multiplied.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Fraction(long Numerator, long Denominator)
{
    private const long PartMax = 1_000_000_000;

    /// <summary>Reads <c>1/2</c>, <c>1.75</c> or <c>2</c>; the result is above zero.</summary>
    public static bool TryParse(string text, out Fraction fraction)
    {
        fraction = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            if (!long.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var over)
                || !long.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var under))
            {
                return false;
            }

            fraction = new Fraction(over, under);
        }
        else
        {
            if (!PriceText.TryParseUsd(text, out var nanos))
            {
                return false;
            }

            fraction = nanos % PartMax == 0 ? new Fraction(nanos / PartMax, 1) : new Fraction(nanos, PartMax);
        }

        // A factor beyond a thousand is a slip of the hand.
        return fraction is { Numerator: > 0 and <= 1000 * PartMax, Denominator: > 0 and <= PartMax }
            && fraction.Numerator / fraction.Denominator <= 1000;
    }

    /// <summary>A scaled price is a price of its own: a whole number of nano-USD per million, rounded up.</summary>
    public long Scale(long price) =>
        (long)Int128.Min(PriceText.PriceMax, (((Int128)price * Numerator) + Denominator - 1) / Denominator);

    public override string ToString() => $"{Numerator}/{Denominator}";
}
