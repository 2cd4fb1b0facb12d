using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Book;

/// <summary>
/// The accounts and their open reservations: a deterministic state machine in memory. It has no clock and makes no ids;
/// the same calls in the same order give the same book. It is not thread-safe: put one lock around it.
/// </summary>
/// <remarks>
/// A reservation is held on all of its accounts or on none. An account with a limit never lets
/// <c>posted + pending</c> grow beyond it by holding; only a posting that cost more than was held (overage), or a
/// limit that was lowered, or a hold for which the limit is not enforced, can put an account over its limit, and then
/// it holds nothing more. A hold of nothing is never refused. Reservations are resolved once: posted, voided, or expired, which posts what was held because the
/// provider may have billed it.
/// <para>
/// In a fleet, each node has a book of its own, and an account's limit is the part that was allotted to the node.
/// </para>
/// </remarks>
#pragma warning disable MA0049 // The folder is named for the one thing in it, and the word is the bank's.
public sealed partial class Book
#pragma warning restore MA0049
{
    /// <summary>
    /// The largest amount that one call can hold or post, in nano-USD (9 million dollars) or tokens. More is counted as
    /// this much: no call has cost it, and sums stay far from overflow.
    /// </summary>
    public const long AmountMax = long.MaxValue / 1024;

    /// <summary>How many accounts one reservation may be held on.</summary>
    public const int AccountsMax = Reservation.AccountsMax;

    private const int SparesMax = 4096;

    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Reservation> _open = [];
    private readonly Stack<Reservation> _spares = new();
    private readonly ResolvedIds _resolved;
    private readonly Func<string, int>? _rollingHours;
    private long _earliestExpiryMs = long.MaxValue;

    /// <summary>An empty book.</summary>
    /// <param name="resolvedIdsMax">
    /// How many resolved ids are remembered. A duplicate of a remembered id is told apart by name; one that is
    /// forgotten is a new id to <see cref="Reserve"/> and unknown to the rest.
    /// </param>
    /// <param name="rollingHours">
    /// Over how many hours an account of this name counts, 0 for all time: what was posted leaves a rolling account
    /// that many hours after the hour of its hold. Null if no account is rolling.
    /// </param>
    public Book(int resolvedIdsMax = 65_536, Func<string, int>? rollingHours = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resolvedIdsMax);
        _resolved = new ResolvedIds(resolvedIdsMax);
        _rollingHours = rollingHours;
    }

    /// <summary>How many reservations are open.</summary>
    public int OpenCount => _open.Count;

    /// <summary>The names of all accounts, in no order.</summary>
    public IReadOnlyCollection<string> Accounts => _accounts.Keys;

    /// <summary>Begins or changes an account's limit. What was posted and is pending stays.</summary>
    /// <param name="account">The account.</param>
    /// <param name="unit">What the limit counts.</param>
    /// <param name="limit">The limit; null for none.</param>
    /// <param name="nowMs">The time, in Unix milliseconds.</param>
    public void SetLimit(string account, AccountUnit unit, long? limit, long nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit ?? 0, nameof(limit));
        var found = Open(account);
        found.Unit = unit;
        found.Limit = limit;
    }

    /// <summary>Adds what was posted before this book began: an opening balance.</summary>
    /// <param name="account">The account.</param>
    /// <param name="posted">How much money.</param>
    /// <param name="tokens">How many tokens.</param>
    /// <param name="spentAtMs">When it was spent, in Unix milliseconds; matters to rolling accounts only.</param>
    /// <param name="overage">How much of the money went beyond what had been held for it.</param>
    /// <param name="tokensOverage">The same of the tokens.</param>
    public void Carry(
        string account,
        NanoUsd posted,
        long tokens,
        long spentAtMs = 0,
        NanoUsd overage = default,
        long tokensOverage = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(overage.Nanos, nameof(overage));
        ArgumentOutOfRangeException.ThrowIfNegative(tokensOverage);
        ArgumentOutOfRangeException.ThrowIfNegative(posted.Nanos, nameof(posted));
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        Open(account).Carry(
            new Amounts(posted.Nanos, tokens), new Amounts(overage.Nanos, tokensOverage), spentAtMs);
    }

    /// <summary>
    /// Holds money and tokens on every account or on none. Accounts that are new begin without a limit; an account
    /// named twice is held on once.
    /// </summary>
    /// <param name="id">The call.</param>
    /// <param name="accounts">The accounts.</param>
    /// <param name="amount">How much money.</param>
    /// <param name="tokens">How many tokens.</param>
    /// <param name="nowMs">The time, in Unix milliseconds: when what the call costs counts as spent.</param>
    /// <param name="expiresAtMs">When the reservation expires.</param>
    /// <param name="enforced">
    /// A bit for each account, the lowest for the first: whether its limit may refuse. Without it the account is held
    /// on whatever its limit says.
    /// </param>
    public ReserveResult Reserve(
        Guid id,
        ReadOnlySpan<string> accounts,
        NanoUsd amount,
        long tokens,
        long nowMs,
        long expiresAtMs,
        uint enforced = uint.MaxValue)
    {
        var money = Believable(amount.Nanos);
        tokens = Believable(tokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(accounts.Length, AccountsMax, nameof(accounts));
        if (IsKnown(id))
        {
            return new ReserveResult(ReserveStatus.Duplicate, null, 0);
        }

        var reservation = Gather(accounts, enforced, new Amounts(money, tokens), nowMs, out var refusedBy);
        if (refusedBy is not null)
        {
            Recycle(reservation);
            return new ReserveResult(ReserveStatus.Refused, refusedBy.Name, Math.Max(0, refusedBy.Remaining));
        }

        reservation.HeldAtMs = nowMs;
        Hold(id, reservation, money, tokens, expiresAtMs);
        return new ReserveResult(ReserveStatus.Held, null, LeastMoneyLeft(reservation, money, tokens));
    }

    /// <summary>Holds more for an open reservation, on every account or on none.</summary>
    public ReserveResult Extend(Guid id, NanoUsd amount, long tokens, long nowMs)
    {
        var money = Believable(amount.Nanos);
        tokens = Believable(tokens);
        if (!_open.TryGetValue(id, out var reservation))
        {
            return new ReserveResult(ReserveStatus.NotOpen, null, 0);
        }

        for (var i = 0; i < reservation.AccountCount; i++)
        {
            var account = reservation.Accounts[i];
            account.Advance(nowMs);
            if (reservation.Enforces(i) && !account.Allows(money, tokens))
            {
                return new ReserveResult(ReserveStatus.Refused, account.Name, Math.Max(0, account.Remaining));
            }
        }

        HoldMore(reservation, money, tokens);
        return new ReserveResult(ReserveStatus.Held, null, LeastMoneyLeft(reservation, money, tokens));
    }

    /// <summary>Charges what the call cost and releases the reservation. More than was held is accepted as overage.</summary>
    public SettleStatus Post(Guid id, NanoUsd cost, long tokens, long nowMs) =>
        Resolve(id, Resolution.Posted, Believable(cost.Nanos), Believable(tokens));

    /// <summary>Releases the reservation without a charge: nothing can have been billed.</summary>
    public SettleStatus Void(Guid id, long nowMs) => Resolve(id, Resolution.Voided, 0, 0);

    /// <summary>Resolves every reservation whose time is up by posting what it held.</summary>
    /// <returns>Their ids, the earliest expiry first.</returns>
    public IReadOnlyList<Guid> Expire(long nowMs)
    {
        var expired = new List<ExpiredReservation>();
        Expire(nowMs, expired);
        return expired.ConvertAll(one => one.Id);
    }

    /// <summary>As <see cref="Expire(long)"/>, and tells what was posted for each.</summary>
    public void Expire(long nowMs, ICollection<ExpiredReservation> expired)
    {
        ArgumentNullException.ThrowIfNull(expired);
        if (nowMs < _earliestExpiryMs)
        {
            return;
        }

        // Every open reservation is looked at: there are as many as calls in flight, and this runs about once a second.
        var due = new List<(long ExpiresAtMs, Guid Id)>();
        _earliestExpiryMs = long.MaxValue;
        foreach (var (id, reservation) in _open)
        {
            if (reservation.ExpiresAtMs <= nowMs)
            {
                due.Add((reservation.ExpiresAtMs, id));
            }
            else
            {
                _earliestExpiryMs = Math.Min(_earliestExpiryMs, reservation.ExpiresAtMs);
            }
        }

        due.Sort();
        foreach (var (_, id) in due)
        {
            var held = _open[id];
            expired.Add(new ExpiredReservation(id, new NanoUsd(held.Money), held.Tokens));
            Invariant.Check(Resolve(id, Resolution.Expired, held.Money, held.Tokens) == SettleStatus.Settled);
        }
    }

    /// <summary>The account as it stands; an unknown account is empty and has no limit.</summary>
    /// <param name="account">The account.</param>
    /// <param name="nowMs">The time, in Unix milliseconds; matters to rolling accounts only.</param>
    public AccountBalance Balance(string account, long nowMs = 0)
    {
        if (!_accounts.TryGetValue(account, out var found))
        {
            return new AccountBalance(account, AccountUnit.NanoUsd, null, 0, 0, 0, null);
        }

        found.Advance(nowMs);
        return found.Balance();
    }

    /// <summary>Whether the account has begun.</summary>
    public bool Has(string account) => _accounts.ContainsKey(account);

    /// <summary>Writes the accounts on which an open reservation is held; false if none of this id is open.</summary>
    public bool TryGetAccounts(Guid id, ICollection<string> accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        if (!_open.TryGetValue(id, out var reservation))
        {
            return false;
        }

        foreach (var account in reservation.Accounts)
        {
            accounts.Add(account.Name);
        }

        return true;
    }

    /// <summary>Lets what has left the rolling windows go, on every account.</summary>
    public void Advance(long nowMs)
    {
        foreach (var account in _accounts.Values)
        {
            account.Advance(nowMs);
        }
    }

    /// <summary>
    /// Drops an account, as when its window is past. Refused while an open reservation is held on it. A later mention
    /// of the account begins it anew, empty and without a limit.
    /// </summary>
    /// <returns>Whether it was dropped.</returns>
    public bool Forget(string account) =>
        _accounts.TryGetValue(account, out var found) && found.OpenCount == 0 && _accounts.Remove(account);

    /// <summary>
    /// Does again what an entry of the journal says was done. Entries are facts: a reservation is held whatever the
    /// limits say now. An entry that is already known, or resolves an unknown reservation and names no accounts,
    /// changes nothing.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isCarried">
    /// Whether the opening balances have what the entry charges: then it is not charged again.
    /// </param>
    /// <returns>Whether the entry changed the book.</returns>
    public bool Apply(JournalEntry entry, bool isCarried = false)
    {
        switch (entry)
        {
            case Reserved { Call: { } call } reserved when !IsKnown(call.Id):
                var (money, tokens) = AmountsOf(call);
                HoldAgain(call, reserved.Accounts, money, tokens, reserved.ExpiresAtMs);
                return true;

            case Extended extended when _open.TryGetValue(extended.ReservationId, out var reservation):
                HoldMore(reservation, Believable(extended.Amount.Nanos), Believable(extended.Tokens));
                return true;

            case Settled { Call: { } call } settled:
                if (settled.Accounts.Count > 0 && !IsKnown(call.Id))
                {
                    // Its reservation stood in a segment that is gone.
                    var held = new Amounts(Believable(call.Reserved.Nanos), Believable(settled.HeldTokens));
                    HoldAgain(call, settled.Accounts, held.Money, held.Tokens, long.MaxValue);
                }

                var charged = isCarried || call.Resolution == Resolution.Voided ? default : AmountsOf(call);
                return Resolve(call.Id, call.Resolution, charged.Money, charged.Tokens) == SettleStatus.Settled;

            case LimitSet limit:
                SetLimit(limit.Account, limit.Unit, limit.Limit, limit.AtMs);
                return true;

            case Carried carried when !isCarried:
                Carry(carried.Account, carried.Amount, carried.Tokens, carried.SpentAtMs);
                return true;

            default:
                return false;
        }
    }

    /// <summary>
    /// A hash of every account and open reservation, independent of the order in which they came to be: two books that
    /// were told the same have the same.
    /// </summary>
    public ulong Fingerprint() => BookAudit.Fingerprint(_accounts.Values, _open);

    /// <summary>Checks every sum against the open reservations.</summary>
    /// <exception cref="InvariantException">The book is wrong.</exception>
    public void CheckInvariants() => BookAudit.Check(_accounts.Values, _open);
}
