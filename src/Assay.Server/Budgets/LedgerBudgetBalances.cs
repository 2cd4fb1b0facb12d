using Assay.Server.Api;
using Assay.Server.Directory;
using Assay.Server.Metering;

namespace Assay.Server.Budgets;

/// <summary>Balances as this node's ledger has them now.</summary>
internal sealed class LedgerBudgetBalances(BudgetKeeper keeper, LedgerHost ledger, BudgetWindows windows, TimeProvider clock)
    : IBudgetBalances
{
    public ValueTask<IReadOnlyDictionary<string, BudgetBalance>> BalancesAsync(
        IReadOnlyList<Budget> budgets, CancellationToken ct = default)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var known = new Dictionary<string, BudgetBalance>(StringComparer.Ordinal);
        foreach (var budget in budgets)
        {
            if (keeper.Board.Lines.TryGetValue(budget.Id, out var line))
            {
                // The present window's account may not have begun: nobody has spent in it, and it is empty.
                var balance = ledger.Balance(BudgetAccounts.Name(budget.Id, windows.At(budget.Window, now).Key));
                var (posted, pending) = balance.Unit == line.Unit ? (balance.Posted, balance.Pending) : (0, 0);
                known[budget.Id] = new BudgetBalance(posted, pending, line.EffectiveLimit - posted - pending);
            }
        }

        return ValueTask.FromResult<IReadOnlyDictionary<string, BudgetBalance>>(known);
    }
}
