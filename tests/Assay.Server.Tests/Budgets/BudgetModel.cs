using Assay.Ledger.Book;

namespace Assay.Server.Tests.Budgets;

/// <summary>What accounts must hold, kept the obvious way: every charge in a list, every sum added up when it is asked for.</summary>
internal sealed class BudgetModel
{
    private const long HourMs = 3_600_000;

    private readonly Dictionary<string, AccountModel> _accounts = new(StringComparer.Ordinal);

    public Dictionary<Guid, Held> Open { get; } = [];

    public IEnumerable<string> Accounts => _accounts.Keys;

    public AccountModel this[string account]
    {
        get
        {
            if (!_accounts.TryGetValue(account, out var found))
            {
                _accounts.Add(account, found = new AccountModel(Server.Budgets.BudgetAccounts.RollingHours(account)));
            }

            return found;
        }
    }

    /// <summary>The first enforced account without room; null if all have it.</summary>
    public string? Refuses(string[] accounts, uint enforced, long money, long tokens)
    {
        for (var i = 0; i < accounts.Length; i++)
        {
            var account = this[accounts[i]];
            var amount = account.Unit == AccountUnit.NanoUsd ? money : tokens;
            if ((enforced & (1u << i)) != 0 && amount > 0 && account.Limit is { } limit && amount > limit - account.Used)
            {
                return accounts[i];
            }
        }

        return null;
    }

    public void Hold(Guid id, Held held)
    {
        Open.Add(id, held);
        foreach (var account in held.Accounts)
        {
            this[account].Pend(held.Money, held.Tokens);
        }
    }

    public void HoldMore(Guid id, long money, long tokens)
    {
        var held = Open[id];
        Open[id] = held with { Money = held.Money + money, Tokens = held.Tokens + tokens };
        foreach (var account in held.Accounts)
        {
            this[account].Pend(money, tokens);
        }
    }

    public void Settle(Guid id, long money, long tokens)
    {
        Open.Remove(id, out var held);
        foreach (var account in held!.Accounts)
        {
            this[account].Pend(-held.Money, -held.Tokens);
            this[account].Charge(held.AtMs / HourMs, money, tokens, Math.Max(0, money - held.Money), Math.Max(0, tokens - held.Tokens));
        }
    }

    /// <summary>A reservation as the model knows it.</summary>
    internal sealed record Held(string[] Accounts, uint Enforced, long Money, long Tokens, long AtMs, int Entry);

    /// <summary>One account.</summary>
    internal sealed class AccountModel(int rollingHours)
    {
        private readonly Dictionary<long, (long Money, long Tokens, long MoneyOver, long TokensOver)> _hours = [];
        private (long Money, long Tokens) _pending;

        public AccountUnit Unit { get; set; }

        public long? Limit { get; set; }

        public long Posted => _hours.Values.Sum(hour => Unit == AccountUnit.NanoUsd ? hour.Money : hour.Tokens);

        public long Overage => _hours.Values.Sum(hour => Unit == AccountUnit.NanoUsd ? hour.MoneyOver : hour.TokensOver);

        public long Pending => Unit == AccountUnit.NanoUsd ? _pending.Money : _pending.Tokens;

        public long Used => Posted + Pending;

        public void Pend(long money, long tokens) => _pending = (_pending.Money + money, _pending.Tokens + tokens);

        public void Charge(long hour, long money, long tokens, long moneyOver, long tokensOver)
        {
            var at = rollingHours == 0 ? 0 : hour;
            var before = _hours.GetValueOrDefault(at);
            _hours[at] = (
                before.Money + money, before.Tokens + tokens, before.MoneyOver + moneyOver, before.TokensOver + tokensOver);
        }

        public void Forget(long nowMs)
        {
            if (rollingHours == 0)
            {
                return;
            }

            foreach (var hour in _hours.Keys.Where(hour => hour <= (nowMs / HourMs) - rollingHours).ToList())
            {
                _hours.Remove(hour);
            }
        }
    }
}
