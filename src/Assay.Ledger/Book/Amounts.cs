using System.Runtime.InteropServices;

namespace Assay.Ledger.Book;

/// <summary>An amount in both units.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Amounts(long Money, long Tokens)
{
    public static Amounts operator +(Amounts one, Amounts other) =>
        new(checked(one.Money + other.Money), checked(one.Tokens + other.Tokens));
}
