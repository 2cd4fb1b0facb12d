using Assay.Ledger.Book;

namespace Assay.Ledger.Journal;

/// <summary>
/// What entries may follow each other: a call is reserved once, extended only before it is settled, settled once.
/// The same rules stand before every append and behind every restart, so what was let in can always be read again.
/// </summary>
/// <remarks>
/// Settled ids are remembered in a ring, so that a long backlog does not fill the memory: twice as many calls as fit
/// in a segment of 64 MiB. A second settlement later than that is for the store to refuse by its id.
/// </remarks>
internal sealed class CallRules(int settledMax = CallRules.SettledMax)
{
    public const int SettledMax = 1 << 18;

    private readonly Dictionary<Guid, Segment> _open = [];
    private readonly ResolvedIds _settled = new(settledMax);

    /// <summary>Takes in an entry that is to stand in a segment.</summary>
    /// <returns>
    /// The segment whose reservation the entry resolves: to be released with <see cref="Segment.Release"/> once the
    /// entry is written, and not before, or a crash could lose both.
    /// </returns>
    /// <exception cref="JournalInvariantException">The entry contradicts an earlier one; nothing was taken in.</exception>
    public Segment? Admit(JournalEntry entry, Segment segment)
    {
        switch (entry)
        {
            case Reserved reserved:
                var id = reserved.Call.Id;
                Check(!_settled.Contains(id), id, "is reserved after it was settled");
                Check(_open.TryAdd(id, segment), id, "is reserved twice");
                segment.Hold();
                return null;
            case Extended extended:
                Check(
                    !_settled.Contains(extended.ReservationId),
                    extended.ReservationId,
                    "is extended after it was settled");
                return null;
            case Submitted submitted:
                Check(
                    !_settled.Contains(submitted.ReservationId),
                    submitted.ReservationId,
                    "is submitted after it was settled");
                return null;
            case Settled settled:
                Check(!_settled.Contains(settled.Call.Id), settled.Call.Id, "is settled twice");
                _settled.Add(settled.Call.Id, settled.Call.Resolution);
                // A settlement alone is no fault: its reservation may stand in a segment that is deleted already.
                return _open.Remove(settled.Call.Id, out var first) ? first : null;
            default:
                return null;
        }
    }

    /// <summary>Takes in calls that were reserved and settled in one segment.</summary>
    /// <exception cref="JournalInvariantException">One of them contradicts an earlier one.</exception>
    public void Admit(List<FoldedCall> calls)
    {
        foreach (var call in calls)
        {
            Check(!_open.ContainsKey(call.Id), call.Id, "is reserved twice");
            Check(_settled.TryAdd(call.Id, call.Resolution), call.Id, "is settled twice");
        }
    }

    private static void Check(bool holds, Guid id, string fault)
    {
        if (!holds)
        {
            throw new JournalInvariantException(
                $"The call {id} {fault}. A call is reserved once, extended only while it is open, and settled once.");
        }
    }
}
