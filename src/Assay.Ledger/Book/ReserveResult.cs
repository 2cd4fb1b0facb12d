using System.Runtime.InteropServices;

namespace Assay.Ledger.Book;

/// <summary>What became of a request to hold money and tokens.</summary>
public enum ReserveStatus
{
    /// <summary>Held on every account.</summary>
    Held,

    /// <summary>Held on no account, because one has not enough left.</summary>
    Refused,

    /// <summary>A reservation of this id is open, or was resolved and is still remembered. Nothing was changed.</summary>
    Duplicate,

    /// <summary>Only from <see cref="Book.Extend"/>: no reservation of this id is open. Nothing was changed.</summary>
    NotOpen,
}

/// <summary>The answer to <see cref="Book.Reserve"/> and <see cref="Book.Extend"/>.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="RefusedBy">The first account, in the order given, that has not enough left; null unless refused.</param>
/// <param name="Remaining">
/// When refused, what <paramref name="RefusedBy"/> has left, in its own unit and never below zero. When held, the least
/// that any account with a money limit has left after it, in nano-USD; <see cref="long.MaxValue"/> if none has a limit.
/// </param>
public readonly record struct ReserveResult(ReserveStatus Status, string? RefusedBy, long Remaining);

/// <summary>What became of a request to resolve a reservation.</summary>
public enum SettleStatus
{
    /// <summary>The reservation was open and is now resolved.</summary>
    Settled,

    /// <summary>It had been posted before. Nothing was changed.</summary>
    AlreadyPosted,

    /// <summary>It had been voided before. Nothing was changed.</summary>
    AlreadyVoided,

    /// <summary>It had expired before, and what it held was posted. Nothing was changed.</summary>
    AlreadyExpired,

    /// <summary>No reservation of this id was ever made, or it was resolved so long ago that it is forgotten.</summary>
    Unknown,
}

/// <summary>An account as it stands. Amounts are in its unit; nothing is ever negative.</summary>
/// <param name="Account">The account.</param>
/// <param name="Unit">What its limit counts.</param>
/// <param name="Limit">The limit; null for none.</param>
/// <param name="Posted">What was charged, overage included.</param>
/// <param name="Pending">What open reservations hold.</param>
/// <param name="Overage">How much of <paramref name="Posted"/> went beyond what had been held for it.</param>
/// <param name="Remaining">What can still be held, zero if the account is over its limit; null without a limit.</param>
public readonly record struct AccountBalance(
    string Account, AccountUnit Unit, long? Limit, long Posted, long Pending, long Overage, long? Remaining);

/// <summary>A reservation that ran out of time, and what was posted for it: all that it held.</summary>
/// <param name="Id">The reservation.</param>
/// <param name="Amount">The money that it held.</param>
/// <param name="Tokens">The tokens that it held.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ExpiredReservation(Guid Id, Money.NanoUsd Amount, long Tokens);
