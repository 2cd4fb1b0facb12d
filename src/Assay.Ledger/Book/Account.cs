namespace Assay.Ledger.Book;

/// <summary>
/// The running sums of one account. Both units are always counted, so that a limit can be set, or its unit changed, at
/// any time; the limit is enforced in one of them.
/// </summary>
internal sealed class Account(string name)
{
    public string Name { get; } = name;

    public AccountUnit Unit { get; set; }

    public long? Limit { get; set; }

    /// <summary>How many open reservations are held here.</summary>
    public int OpenCount { get; set; }

    public Sums Money { get; } = new();

    public Sums Tokens { get; } = new();

    public Sums Limited => Unit == AccountUnit.NanoUsd ? Money : Tokens;

    /// <summary>What can still be held; below zero once overage or a lowered limit put the account over.</summary>
    public long Remaining => Limited.Remaining(Limit);

    /// <summary>Whether so much can be held. Both sums must have room for it, also the one without a limit.</summary>
    public bool Allows(long money, long tokens) =>
        Money.Allows(money, Unit == AccountUnit.NanoUsd ? Limit : null)
        && Tokens.Allows(tokens, Unit == AccountUnit.Tokens ? Limit : null);

    /// <summary>Whether what was just held, if it was anything, left the limit kept.</summary>
    public bool Keeps(long money, long tokens) => Remaining >= 0 || (Unit == AccountUnit.NanoUsd ? money : tokens) == 0;

    public AccountBalance Balance() => new(
        Name,
        Unit,
        Limit,
        Limited.Posted,
        Limited.Pending,
        Limited.Overage,
        Limit is null ? null : Math.Max(0, Remaining));

    internal sealed class Sums
    {
        /// <summary>
        /// Half of what fits: clients can ask for absurd amounts many times at once, and that must end in a refusal,
        /// not in an overflow.
        /// </summary>
        private const long HeldMax = long.MaxValue / 2;

        public long Posted { get; set; }

        public long Pending { get; private set; }

        public long Overage { get; private set; }

        public long Remaining(long? limit) => checked(Math.Min(limit ?? HeldMax, HeldMax) - Posted - Pending);

        /// <summary>Nothing costs nothing: an account over its limit still lets calls pass that are free in its unit.</summary>
        public bool Allows(long amount, long? limit) => amount == 0 || amount <= Remaining(limit);

        public void Hold(long amount) => Pending = checked(Pending + amount);

        public void Settle(long held, long charged)
        {
            Invariant.Check(held >= 0 && charged >= 0 && Pending >= held);
            Pending -= held;
            Posted = checked(Posted + charged);
            Overage = checked(Overage + Math.Max(0, charged - held));
        }
    }
}
