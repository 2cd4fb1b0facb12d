using System.Globalization;

namespace Assay.Ledger.Money;

/// <summary>
/// An amount of money in nano-USD (10⁻⁹ US dollar), held in a 64-bit integer: ±9.2 billion dollars.
/// All arithmetic is checked and throws <see cref="OverflowException"/>; nothing converts implicitly.
/// </summary>
/// <param name="Nanos">The amount in nano-USD.</param>
public readonly record struct NanoUsd(long Nanos) : IComparable<NanoUsd>
{
    /// <summary>Nano-USD in one US dollar.</summary>
    public const long PerDollar = 1_000_000_000;

    /// <summary>No money.</summary>
    public static NanoUsd Zero => default;

    /// <summary>Whole US dollars.</summary>
    public static NanoUsd FromDollars(long dollars) => new(checked(dollars * PerDollar));

    /// <summary>Sum.</summary>
    public static NanoUsd operator +(NanoUsd left, NanoUsd right) => new(checked(left.Nanos + right.Nanos));

    /// <summary>Difference.</summary>
    public static NanoUsd operator -(NanoUsd left, NanoUsd right) => new(checked(left.Nanos - right.Nanos));

    /// <summary>The amount with its sign turned.</summary>
    public static NanoUsd operator -(NanoUsd amount) => new(checked(-amount.Nanos));

    /// <summary>Compares amounts.</summary>
    public static bool operator <(NanoUsd left, NanoUsd right) => left.Nanos < right.Nanos;

    /// <summary>Compares amounts.</summary>
    public static bool operator >(NanoUsd left, NanoUsd right) => left.Nanos > right.Nanos;

    /// <summary>Compares amounts.</summary>
    public static bool operator <=(NanoUsd left, NanoUsd right) => left.Nanos <= right.Nanos;

    /// <summary>Compares amounts.</summary>
    public static bool operator >=(NanoUsd left, NanoUsd right) => left.Nanos >= right.Nanos;

    /// <inheritdoc />
    public int CompareTo(NanoUsd other) => Nanos.CompareTo(other.Nanos);

    /// <summary>
    /// Reads a decimal string in US dollars with at most nine decimal places, such as <c>25</c>, <c>25.00</c> or
    /// <c>-0.000000001</c>. No exponent, no thousands separator, no currency sign.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NanoUsd amount)
    {
        // A decimal holds 28 digits and rounds the rest away without a word.
        amount = default;
        if (text.Length > 28
            || !decimal.TryParse(
                text,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var dollars))
        {
            return false;
        }

        if (dollars is > 9_000_000_000m or < -9_000_000_000m)
        {
            return false;
        }

        var nanos = dollars * PerDollar;
        if (nanos != decimal.Truncate(nanos))
        {
            return false;
        }

        amount = new NanoUsd((long)nanos);
        return true;
    }

    /// <summary>The amount in US dollars with exactly nine decimal places, as in <c>12.340000000</c>.</summary>
    public override string ToString() =>
        ((decimal)Nanos / PerDollar).ToString("0.000000000", CultureInfo.InvariantCulture);
}
