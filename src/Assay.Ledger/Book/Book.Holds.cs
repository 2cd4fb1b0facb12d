using Assay.Ledger.Usage;

namespace Assay.Ledger.Book;

/// <content>How reservations are put on accounts and taken off again.</content>
#pragma warning disable MA0049 // As in Book.cs.
public sealed partial class Book
#pragma warning restore MA0049
{
    private static Amounts AmountsOf(UsageEvent call) =>
        new(Believable(call.Cost.Nanos), Believable(call.Counts.TotalTokens));

    internal static long Believable(long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return Math.Min(amount, AmountMax);
    }

    private static long LeastMoneyLeft(Reservation reservation, long money, long tokens)
    {
        var least = long.MaxValue;
        for (var i = 0; i < reservation.AccountCount; i++)
        {
            if (!reservation.Enforces(i))
            {
                continue;
            }

            var account = reservation.Accounts[i];
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
            account = new Account(name, _rollingHours?.Invoke(name) ?? 0);
            _accounts.Add(name, account);
        }

        return account;
    }

    /// <summary>Looks the accounts up once, and stops at the first that has not enough left.</summary>
    private Reservation Gather(
        ReadOnlySpan<string> names, uint enforced, in Amounts amounts, long nowMs, out Account? refusedBy)
    {
        var reservation = Rent();
        var allKnown = true;
        for (var i = 0; i < names.Length; i++)
        {
            if (!_accounts.TryGetValue(names[i], out var account))
            {
                allKnown = false;
                continue;
            }

            account.Advance(nowMs);
            var isEnforced = (enforced & (1u << i)) != 0;
            if (isEnforced && !account.Allows(amounts.Money, amounts.Tokens))
            {
                refusedBy = account;
                return reservation;
            }

            reservation.Add(account, isEnforced);
        }

        refusedBy = null;
        if (allKnown)
        {
            return reservation;
        }

        // Only now: a refusal leaves no new accounts behind.
        Recycle(reservation);
        return OpenAll(names, enforced);
    }

    private Reservation OpenAll(ReadOnlySpan<string> names, uint enforced)
    {
        var reservation = Rent();
        for (var i = 0; i < names.Length; i++)
        {
            reservation.Add(Open(names[i]), (enforced & (1u << i)) != 0);
        }

        return reservation;
    }

    private void HoldAgain(UsageEvent call, IReadOnlyList<string> names, long money, long tokens, long expiresAtMs)
    {
        var reservation = OpenAll(names as string[] ?? [.. names], enforced: uint.MaxValue);
        reservation.HeldAtMs = call.StartedAtMs;
        Hold(call.Id, reservation, money, tokens, expiresAtMs);
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
            account.Settle(
                new Amounts(reservation.Money, reservation.Tokens), new Amounts(money, tokens), reservation.HeldAtMs);
            Invariant.Check(account.OpenCount >= 0);
        }

        _resolved.Add(id, resolution);
        Recycle(reservation);
        return SettleStatus.Settled;
    }
}
