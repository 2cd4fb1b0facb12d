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
/// limit that was lowered, can put an account over its limit, and then it holds nothing more. A hold of nothing is
/// never refused. Reservations are resolved once: posted, voided, or expired, which posts what was held because the
/// provider may have billed it.
/// <para>
/// In a fleet, each node has a book of its own, and an account's limit is the part that was allotted to the node.
/// </para>
/// </remarks>
#pragma warning disable MA0049 // The folder is named for the one thing in it, and the word is the bank's.
public sealed class Book
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
    private long _earliestExpiryMs = long.MaxValue;

    /// <summary>An empty book.</summary>
    /// <param name="resolvedIdsMax">
    /// How many resolved ids are remembered. A duplicate of a remembered id is told apart by name; one that is
    /// forgotten is a new id to <see cref="Reserve"/> and unknown to the rest.
    /// </param>
    public Book(int resolvedIdsMax = 65_536)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resolvedIdsMax);
        _resolved = new ResolvedIds(resolvedIdsMax);
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

    /// <summary>
    /// Adds what was posted before this book began, from the store: an opening balance, not an entry of the journal.
    /// </summary>
    public void Carry(string account, NanoUsd posted, long tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(posted.Nanos, nameof(posted));
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        var found = Open(account);
        var money = checked(found.Money.Posted + posted.Nanos);
        found.Tokens.Posted = checked(found.Tokens.Posted + tokens);
        found.Money.Posted = money;
    }

    /// <summary>
    /// Holds money and tokens on every account or on none. Accounts that are new begin without a limit; an account
    /// named twice is held on once.
    /// </summary>
    public ReserveResult Reserve(
        Guid id, ReadOnlySpan<string> accounts, NanoUsd amount, long tokens, long nowMs, long expiresAtMs)
    {
        var money = Believable(amount.Nanos);
        tokens = Believable(tokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(accounts.Length, AccountsMax, nameof(accounts));
        if (IsKnown(id))
        {
            return new ReserveResult(ReserveStatus.Duplicate, null, 0);
        }

        var reservation = Gather(accounts, money, tokens, out var refusedBy);
        if (refusedBy is not null)
        {
            Recycle(reservation);
            return new ReserveResult(ReserveStatus.Refused, refusedBy.Name, Math.Max(0, refusedBy.Remaining));
        }

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

        foreach (var account in reservation.Accounts)
        {
            if (!account.Allows(money, tokens))
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
    public AccountBalance Balance(string account) =>
        _accounts.TryGetValue(account, out var found)
            ? found.Balance()
            : new AccountBalance(account, AccountUnit.NanoUsd, null, 0, 0, 0, null);

    /// <summary>
    /// Drops an account, as when its window is past. Refused while an open reservation is held on it. A later mention
    /// of the account begins it anew, empty and without a limit.
    /// </summary>
    /// <returns>Whether it was dropped.</returns>
    public bool Forget(string account) =>
        _accounts.TryGetValue(account, out var found) && found.OpenCount == 0 && _accounts.Remove(account);

    /// <summary>
    /// Does again what an entry of the journal says was done. Entries are facts: a reservation is held whatever the
    /// limits say now. An entry that is already known, or resolves an unknown reservation, changes nothing.
    /// </summary>
    /// <returns>Whether the entry changed the book.</returns>
    public bool Apply(JournalEntry entry, long nowMs)
    {
        switch (entry)
        {
            case Reserved { Call: { } call } reserved when !IsKnown(call.Id):
                var accounts = reserved.Accounts as string[] ?? [.. reserved.Accounts];
                var (money, tokens) = Amounts(call);
                Hold(call.Id, OpenAll(accounts), money, tokens, reserved.ExpiresAtMs);
                return true;

            case Extended extended when _open.TryGetValue(extended.ReservationId, out var reservation):
                HoldMore(reservation, Believable(extended.Amount.Nanos), Believable(extended.Tokens));
                return true;

            case Settled { Call: { Resolution: Resolution.Voided } call }:
                return Resolve(call.Id, Resolution.Voided, 0, 0) == SettleStatus.Settled;

            case Settled { Call: { } call }:
                var (cost, used) = Amounts(call);
                return Resolve(call.Id, call.Resolution, cost, used) == SettleStatus.Settled;

            case LimitSet limit:
                SetLimit(limit.Account, limit.Unit, limit.Limit, limit.AtMs);
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

    private static (long Money, long Tokens) Amounts(UsageEvent call) =>
        (Believable(call.Cost.Nanos), Believable(call.Counts.TotalTokens));

    private static long Believable(long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return Math.Min(amount, AmountMax);
    }

    private static long LeastMoneyLeft(Reservation reservation, long money, long tokens)
    {
        var least = long.MaxValue;
        foreach (var account in reservation.Accounts)
        {
            Invariant.Check(account.Keeps(money, tokens));
            if (account is { Unit: AccountUnit.NanoUsd, Limit: not null })
            {
                least = Math.Min(least, Math.Max(0, account.Remaining));
            }
        }

        return least;
    }

    private bool IsKnown(Guid id) => _open.ContainsKey(id) || _resolved.TryGet(id, out _);

    private Account Open(string name)
    {
        if (!_accounts.TryGetValue(name, out var account))
        {
            account = new Account(name);
            _accounts.Add(name, account);
        }

        return account;
    }

    /// <summary>Looks the accounts up once, and stops at the first that has not enough left.</summary>
    private Reservation Gather(ReadOnlySpan<string> names, long money, long tokens, out Account? refusedBy)
    {
        var reservation = Rent();
        var allKnown = true;
        foreach (var name in names)
        {
            if (!_accounts.TryGetValue(name, out var account))
            {
                allKnown = false;
            }
            else if (account.Allows(money, tokens))
            {
                reservation.Add(account);
            }
            else
            {
                refusedBy = account;
                return reservation;
            }
        }

        refusedBy = null;
        if (allKnown)
        {
            return reservation;
        }

        // Only now: a refusal leaves no new accounts behind.
        Recycle(reservation);
        return OpenAll(names);
    }

    private Reservation OpenAll(ReadOnlySpan<string> names)
    {
        var reservation = Rent();
        foreach (var name in names)
        {
            reservation.Add(Open(name));
        }

        return reservation;
    }

    private void Hold(Guid id, Reservation reservation, long money, long tokens, long expiresAtMs)
    {
        reservation.ExpiresAtMs = expiresAtMs;
        foreach (var account in reservation.Accounts)
        {
            account.OpenCount++;
        }

        HoldMore(reservation, money, tokens);
        _open.Add(id, reservation);
        _earliestExpiryMs = Math.Min(_earliestExpiryMs, expiresAtMs);
    }

    private Reservation Rent() => _spares.TryPop(out var spare) ? spare : new Reservation();

    private void Recycle(Reservation reservation)
    {
        reservation.Clear();
        if (_spares.Count < SparesMax)
        {
            _spares.Push(reservation);
        }
    }

    private static void HoldMore(Reservation reservation, long money, long tokens)
    {
        reservation.Money = checked(reservation.Money + money);
        reservation.Tokens = checked(reservation.Tokens + tokens);
        foreach (var account in reservation.Accounts)
        {
            account.Money.Hold(money);
            account.Tokens.Hold(tokens);
        }
    }

    private SettleStatus Resolve(Guid id, Resolution resolution, long money, long tokens)
    {
        if (!_open.Remove(id, out var reservation))
        {
            return _resolved.TryGet(id, out var before)
                ? before switch
                {
                    Resolution.Posted => SettleStatus.AlreadyPosted,
                    Resolution.Voided => SettleStatus.AlreadyVoided,
                    _ => SettleStatus.AlreadyExpired,
                }
                : SettleStatus.Unknown;
        }

        foreach (var account in reservation.Accounts)
        {
            account.OpenCount--;
            account.Money.Settle(reservation.Money, money);
            account.Tokens.Settle(reservation.Tokens, tokens);
            Invariant.Check(account.OpenCount >= 0);
        }

        _resolved.Add(id, resolution);
        Recycle(reservation);
        return SettleStatus.Settled;
    }
}
