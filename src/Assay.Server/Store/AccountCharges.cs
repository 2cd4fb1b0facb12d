using Assay.Ledger.Journal;
using Assay.Server.Budgets;

namespace Assay.Server.Store;

/// <summary>Sums up what the entries of a batch charge to each account.</summary>
internal sealed class AccountCharges
{
    private const long HourMs = 3_600_000;

    private readonly Dictionary<(string Account, long Hour), AccountCharge> _charges = [];

    public void Add(Settled settled)
    {
        var call = settled.Call;
        var tokens = call.Counts.TotalTokens;
        for (var i = 0; i < settled.Accounts.Count; i++)
        {
            Add(
                settled.Accounts[i],
                call.StartedAtMs,
                call.Cost.Nanos,
                tokens,
                Math.Max(0, call.Cost.Nanos - call.Reserved.Nanos),
                Math.Max(0, tokens - settled.HeldTokens));
        }
    }

    public void Add(Carried carried) =>
        Add(carried.Account, carried.SpentAtMs, carried.Amount.Nanos, carried.Tokens, 0, 0);

    /// <summary>The sums so far, in the order of their keys, so that nodes wait for each other's rows in the same order.</summary>
    public List<AccountCharge> ToList() =>
    [
        .. _charges.Values.OrderBy(charge => charge.Account, StringComparer.Ordinal).ThenBy(charge => charge.Hour),
    ];

    public void Clear() => _charges.Clear();

    private void Add(string account, long spentAtMs, long money, long tokens, long moneyOverage, long tokensOverage)
    {
        if (money == 0 && tokens == 0)
        {
            return;
        }

        var hour = BudgetAccounts.RollingHours(account) > 0 ? spentAtMs / HourMs : 0;
        var charge = new AccountCharge(account, hour, money, tokens, moneyOverage, tokensOverage);
        var key = (account, hour);
        _charges[key] = _charges.TryGetValue(key, out var before) ? before + charge : charge;
    }
}
