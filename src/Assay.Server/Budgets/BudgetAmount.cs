using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>Amounts in the unit of a budget: as programs read them, as people read them, and back.</summary>
internal static class BudgetAmount
{
    /// <summary>As in the API: <c>"25.000000000"</c> dollars or <c>"1000000"</c> tokens.</summary>
    public static string Write(BudgetUnit unit, long amount) => unit == BudgetUnit.Usd
        ? new NanoUsd(amount).ToString()
        : amount.ToString(CultureInfo.InvariantCulture);

    /// <summary>As in a sentence: <c>$25.00</c> or <c>1,000,000 tokens</c>; to the last digit.</summary>
    public static string Say(BudgetUnit unit, Int128 amount) => unit == BudgetUnit.Usd
        ? ((decimal)amount / NanoUsd.PerDollar).ToString("$#,##0.00#######", CultureInfo.InvariantCulture)
        : amount.ToString("#,##0", CultureInfo.InvariantCulture) + (amount == 1 ? " token" : " tokens");

    /// <summary>As a form holds it: <c>25.00</c> or <c>1000000</c>.</summary>
    public static string Input(BudgetUnit unit, long amount) => unit == BudgetUnit.Usd
        ? ((decimal)amount / NanoUsd.PerDollar).ToString("0.00#######", CultureInfo.InvariantCulture)
        : amount.ToString(CultureInfo.InvariantCulture);

    /// <summary>The word behind a field of a form.</summary>
    public static string InputWord(BudgetUnit unit) => unit == BudgetUnit.Usd ? "dollars" : "tokens";

    /// <summary>What is wrong with an amount that may be zero; null for nothing.</summary>
    public static string? Fault(string? text, BudgetUnit unit, out long amount) => unit == BudgetUnit.Usd
        ? InputRules.FaultInUsd(text, out amount)
        : InputRules.FaultInTokens(text, out amount);

    /// <summary>What is wrong with an amount that must be above zero; null for nothing.</summary>
    public static string? FaultAboveZero(string? text, BudgetUnit unit, out long amount) =>
        Fault(text, unit, out amount) ?? (amount == 0 ? "is zero: give an amount above zero." : null);
}
