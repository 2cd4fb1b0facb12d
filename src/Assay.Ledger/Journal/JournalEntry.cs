using Assay.Ledger.Book;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Journal;

/// <summary>One entry of the journal. Entries are immutable facts; nothing is ever changed, only added.</summary>
public abstract record JournalEntry;

/// <summary>
/// Money and tokens are held for a call that is about to be sent. <see cref="Call"/> has the facts known so far
/// (who, what for, where), with its cost and counts set to the estimate, so that the reservation can be expired from
/// the journal alone.
/// </summary>
/// <param name="Call">The call; its id names the reservation.</param>
/// <param name="ExpiresAtMs">When the reservation expires if nothing resolves it, in Unix milliseconds.</param>
/// <param name="Accounts">The accounts (one for each matching budget and window) on which it is held.</param>
public sealed record Reserved(UsageEvent Call, long ExpiresAtMs, IReadOnlyList<string> Accounts) : JournalEntry;

/// <summary>More is held for a call that outgrew its reservation.</summary>
/// <param name="ReservationId">The call.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Amount">How much more money.</param>
/// <param name="Tokens">How many more tokens.</param>
public sealed record Extended(Guid ReservationId, long AtMs, NanoUsd Amount, long Tokens) : JournalEntry;

/// <summary>A reservation is resolved: posted, voided or expired. Exactly one for each reservation.</summary>
/// <param name="Call">The call with everything known at its end.</param>
/// <param name="Accounts">
/// The accounts that it is charged to: those of its reservation. A settlement without a reservation (a second model
/// that worked inside a call) is charged to them all the same.
/// </param>
/// <param name="HeldTokens">
/// How many tokens were held for it on each of them; how much money is the call's <see cref="UsageEvent.Reserved"/>.
/// </param>
public sealed record Settled(UsageEvent Call, IReadOnlyList<string> Accounts, long HeldTokens) : JournalEntry
{
    /// <summary>A settlement that is charged to no account.</summary>
    public Settled(UsageEvent call)
        : this(call, [], 0)
    {
    }
}

/// <summary>A budget's limit begins or changes for an account.</summary>
/// <param name="Account">The account.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Unit">What the limit counts.</param>
/// <param name="Limit">The new limit in that unit; null for none.</param>
public sealed record LimitSet(string Account, long AtMs, AccountUnit Unit, long? Limit) : JournalEntry;

/// <summary>
/// An account begins with what was spent before it was there, as when a budget is made in the middle of its window.
/// </summary>
/// <param name="Account">The account.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="SpentAtMs">When it was spent, in Unix milliseconds: what leaves a rolling window when.</param>
/// <param name="Amount">How much money.</param>
/// <param name="Tokens">How many tokens.</param>
public sealed record Carried(string Account, long AtMs, long SpentAtMs, NanoUsd Amount, long Tokens) : JournalEntry;

/// <summary>
/// The provider has taken in work that a reservation is held for and that goes on after the call that brought it: a batch
/// job. Such a reservation outlives the process; it is settled when the job's results are read.
/// </summary>
/// <param name="ReservationId">The reservation.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="JobId">The job's name at the provider.</param>
/// <param name="Models">
/// The models that the job's reservations are held for, one each: what the results of another model are charged to must
/// be the same after a restart.
/// </param>
public sealed record Submitted(Guid ReservationId, long AtMs, string JobId, IReadOnlyList<string> Models) : JournalEntry;
