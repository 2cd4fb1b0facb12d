using Assay.Server.Directory;

namespace Assay.Server.Api;

/// <summary>How much of a budget is used in its current window, in the budget's unit.</summary>
/// <param name="Pending">Held for calls that have not ended.</param>
/// <param name="Remaining">Below zero if providers billed more than the limit.</param>
internal sealed record BudgetBalance(long Posted, long Pending, long Remaining);

/// <summary>Tells how much of each budget is used.</summary>
internal interface IBudgetBalances
{
    /// <summary>The balances by budget id. A budget that is not in the answer has an unknown balance.</summary>
    ValueTask<IReadOnlyDictionary<string, BudgetBalance>> BalancesAsync(
        IReadOnlyList<Budget> budgets,
        CancellationToken ct = default);
}

/// <summary>What stands in until a book is wired: every balance is unknown, which is not the same as zero.</summary>
internal sealed class UnknownBudgetBalances : IBudgetBalances
{
    public ValueTask<IReadOnlyDictionary<string, BudgetBalance>> BalancesAsync(
        IReadOnlyList<Budget> budgets,
        CancellationToken ct = default) =>
        ValueTask.FromResult<IReadOnlyDictionary<string, BudgetBalance>>(
            new Dictionary<string, BudgetBalance>(StringComparer.Ordinal));
}
