using System.Runtime.InteropServices;

namespace Assay.Ledger.Book;

/// <summary>
/// The running sums of one account. Both units are always counted, so that a limit can be set, or its unit changed, at
/// any time; the limit is enforced in one of them.
/// </summary>
internal sealed class Account(string name, int rollingHours = 0)
{
    private const long HourMs = 3_600_000;

    // One for each hour in which something was posted, the oldest first.
    private readonly List<Hour>? _hours = rollingHours > 0 ? [] : null;

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

    /// <summary>Releases what was held and posts what was charged.</summary>
    /// <param name="heldAtMs">When it was held, which is when it counts as spent.</param>
    public void Settle(in Amounts held, in Amounts charged, long heldAtMs)
    {
        Money.Settle(held.Money, charged.Money);
        Tokens.Settle(held.Tokens, charged.Tokens);
        Remember(
            heldAtMs,
            charged,
            new Amounts(Math.Max(0, charged.Money - held.Money), Math.Max(0, charged.Tokens - held.Tokens)));
    }

    /// <summary>Posts what was spent before the account was there.</summary>
    public void Carry(in Amounts posted, in Amounts overage, long spentAtMs)
    {
        Money.Carry(posted.Money, overage.Money);
        Tokens.Carry(posted.Tokens, overage.Tokens);
        Remember(spentAtMs, posted, overage);
    }

    /// <summary>Forgets what has left a rolling window. Time that goes back brings nothing back.</summary>
    public void Advance(long nowMs)
    {
        if (_hours is null)
        {
            return;
        }

        var gone = 0;
        for (; gone < _hours.Count && _hours[gone].Number <= (nowMs / HourMs) - rollingHours; gone++)
        {
            var hour = _hours[gone];
            Money.Forget(hour.Posted.Money, hour.Overage.Money);
            Tokens.Forget(hour.Posted.Tokens, hour.Overage.Tokens);
        }

        _hours.RemoveRange(0, gone);
    }

    public AccountBalance Balance() => new(
        Name,
        Unit,
        Limit,
        Limited.Posted,
        Limited.Pending,
        Limited.Overage,
        Limit is null ? null : Math.Max(0, Remaining));

    private void Remember(long atMs, in Amounts posted, in Amounts overage)
    {
        if (_hours is null)
        {
            return;
        }

        // Nearly always the last or the one before: a call that took long is posted into the hour when it began.
        var number = atMs / HourMs;
        var at = _hours.Count;
        while (at > 0 && _hours[at - 1].Number > number)
        {
            at--;
        }

        if (at > 0 && _hours[at - 1].Number == number)
        {
            var hour = _hours[at - 1];
            _hours[at - 1] = new Hour(number, hour.Posted + posted, hour.Overage + overage);
        }
        else
        {
            _hours.Insert(at, new Hour(number, posted, overage));
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Hour(long Number, Amounts Posted, Amounts Overage);

    internal sealed class Sums
    {
        /// <summary>
        /// Half of what fits: clients can ask for absurd amounts many times at once, and that must end in a refusal,
        /// not in an overflow.
        /// </summary>
        private const long HeldMax = long.MaxValue / 2;

        public long Posted { get; private set; }

        public long Pending { get; private set; }

        public long Overage { get; private set; }

        public long Remaining(long? limit) => checked(Math.Min(limit ?? HeldMax, HeldMax) - Posted - Pending);

        /// <summary>Nothing costs nothing: an account over its limit still lets calls pass that are free in its unit.</summary>
        public bool Allows(long amount, long? limit) => amount == 0 || amount <= Remaining(limit);

        public void Carry(long posted, long overage)
        {
            Posted = checked(Posted + posted);
            Overage = checked(Overage + overage);
        }

        public void Forget(long posted, long overage)
        {
            Posted -= posted;
            Overage -= overage;
            Invariant.Check(Posted >= 0 && Overage >= 0);
        }

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
