using Assay.Ledger.Money;

namespace Assay.Ledger.Journal;

/// <summary>A reservation that the journal holds without its settlement.</summary>
/// <param name="Entry">The reservation as it was made.</param>
/// <param name="Amount">All money that is held: the reservation and its extensions.</param>
/// <param name="Tokens">All tokens that are held.</param>
/// <param name="Position">Where the reservation stands.</param>
/// <param name="Job">The batch job that it is held for; null for a call, which ended with its process.</param>
public sealed record OpenReservation(Reserved Entry, NanoUsd Amount, long Tokens, long Position, Submitted? Job = null);

/// <summary>
/// Finds what is open at the end of a pass over the entries. <see cref="Journal.Opening"/> has the answer for the pass
/// that every opening makes; this is for those who read the entries themselves.
/// </summary>
public sealed class Recovery
{
    private readonly Dictionary<Guid, OpenReservation> _open = [];

    /// <summary>Reservations without a settlement so far, oldest first.</summary>
    public IReadOnlyList<OpenReservation> OpenReservations =>
        [.. _open.Values.OrderBy(static reservation => reservation.Position)];

    /// <summary>How many entries were seen.</summary>
    public long Entries { get; private set; }

    /// <summary>Takes in the next entry.</summary>
    /// <exception cref="JournalInvariantException">A call is reserved a second time while it is open.</exception>
    public void Apply(JournalEntry entry, long position)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Entries++;
        if (entry is Reserved reserved)
        {
            var open = new OpenReservation(
                reserved, reserved.Call.Cost, reserved.Call.Counts.TotalTokens, position);
            if (!_open.TryAdd(reserved.Call.Id, open))
            {
                throw new JournalInvariantException($"The call {reserved.Call.Id} is reserved twice.");
            }
        }
        else if (entry is Extended extended && _open.TryGetValue(extended.ReservationId, out var held))
        {
            _open[extended.ReservationId] = held with
            {
                Amount = held.Amount + extended.Amount,
                Tokens = checked(held.Tokens + extended.Tokens),
            };
        }
        else if (entry is Submitted submitted && _open.TryGetValue(submitted.ReservationId, out var begun))
        {
            _open[submitted.ReservationId] = begun with { Job = submitted };
        }
        else if (entry is Settled settled)
        {
            _open.Remove(settled.Call.Id);
        }
    }
}
