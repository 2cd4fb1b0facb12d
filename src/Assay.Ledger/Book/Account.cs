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
    public long Remaining => Limit is { } limit ? checked(limit - Limited.Posted - Limited.Pending) : long.MaxValue;

    /// <summary>Nothing costs nothing: an account over its limit still lets calls pass that are free in its unit.</summary>
    public bool Allows(long money, long tokens)
    {
        var wanted = Unit == AccountUnit.NanoUsd ? money : tokens;
        return wanted == 0 || wanted <= Remaining;
    }

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
        public long Posted { get; set; }

        public long Pending { get; private set; }

        public long Overage { get; private set; }

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
