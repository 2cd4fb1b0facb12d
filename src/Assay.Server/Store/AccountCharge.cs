using System.Runtime.InteropServices;

namespace Assay.Server.Store;

/// <summary>What a node's calls charged to an account.</summary>
/// <param name="Account">The account: one for each budget and window.</param>
/// <param name="Hour">For rolling accounts the hour, since 1970, in which it was spent; 0 for all others.</param>
/// <param name="Money">In nano-USD.</param>
/// <param name="Tokens">All classes together.</param>
/// <param name="MoneyOverage">The part of the money that went beyond what had been reserved.</param>
/// <param name="TokensOverage">The same of the tokens.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AccountCharge(
    string Account, long Hour, long Money, long Tokens, long MoneyOverage, long TokensOverage)
{
    public static AccountCharge operator +(in AccountCharge one, in AccountCharge other) => one with
    {
        Money = checked(one.Money + other.Money),
        Tokens = checked(one.Tokens + other.Tokens),
        MoneyOverage = checked(one.MoneyOverage + other.MoneyOverage),
        TokensOverage = checked(one.TokensOverage + other.TokensOverage),
    };
}
