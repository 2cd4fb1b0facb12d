using Assay.Ledger.Money;

namespace Assay.Ledger.Journal;

/// <summary>A reservation that the journal holds without its settlement.</summary>
/// <param name="Entry">The reservation as it was made.</param>
/// <param name="Amount">Everything that is held: the reservation and its extensions.</param>
/// <param name="Tokens">Every token that is held.</param>
/// <param name="Position">Where the reservation stands.</param>
public sealed record OpenReservation(Reserved Entry, NanoUsd Amount, long Tokens, long Position);

/// <summary>
/// One pass over entries in their order: what is open at the end, and whether the entries contradict each other.
/// </summary>
public sealed class Recovery
{
    private readonly Dictionary<Guid, OpenReservation> _open = [];
    private readonly HashSet<Guid> _settled = [];

    /// <summary>Reservations without a settlement so far, oldest first.</summary>
    public IReadOnlyList<OpenReservation> OpenReservations =>
        [.. _open.Values.OrderBy(static reservation => reservation.Position)];

    /// <summary>How many entries were seen.</summary>
    public long Entries { get; private set; }

    /// <summary>Takes in the next entry.</summary>
    /// <exception cref="JournalInvariantException">The entry contradicts an earlier one.</exception>
    public void Apply(JournalEntry entry, long position)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Entries++;
        switch (entry)
        {
            case Reserved reserved:
                var id = reserved.Call.Id;
                Check(!_settled.Contains(id), id, position, "is reserved after it was settled");
                var open = new OpenReservation(
                    reserved, reserved.Call.Cost, reserved.Call.Counts.TotalTokens, position);
                Check(_open.TryAdd(id, open), id, position, "is reserved twice");
                break;
            case Extended extended:
                Check(!_settled.Contains(extended.ReservationId), extended.ReservationId, position, "is extended after it was settled");
                if (_open.TryGetValue(extended.ReservationId, out var held))
                {
                    _open[extended.ReservationId] = held with
                    {
                        Amount = held.Amount + extended.Amount,
                        Tokens = checked(held.Tokens + extended.Tokens),
                    };
                }

                break;
            case Settled settled:
                // Its reservation may stand in a segment that is deleted already, so a settlement alone is no fault.
                Check(_settled.Add(settled.Call.Id), settled.Call.Id, position, "is settled twice");
                _open.Remove(settled.Call.Id);
                break;
            default:
                break;
        }
    }

    private static void Check(bool holds, Guid id, long position, string fault)
    {
        if (!holds)
        {
            throw new JournalInvariantException(
                $"The call {id} {fault}, at position {position} of the journal. Every call is reserved once and "
                + "settled once; the ledger does not start on entries that contradict each other. Inspect both entries "
                + "in a dump of the journal before anything is removed.");
        }
    }
}
