using Assay.Ledger.Journal;

namespace Assay.Ledger.Book;

/// <content>How a book takes in a whole segment of the journal at once.</content>
#pragma warning disable MA0049 // As in Book.cs.
public sealed partial class Book
#pragma warning restore MA0049
{
    /// <summary>
    /// Does again what a segment says was done: the calls that begin and end in it as sums, its other entries one by one.
    /// Sums do not depend on an order, so the book is then as if every entry had been applied. The ids of the calls that
    /// are only sums are for <see cref="Remember"/>.
    /// </summary>
    /// <param name="sums">The segment.</param>
    /// <param name="chargedBefore">The position before which the opening balances have every charge.</param>
    internal void Apply(SegmentSums sums, long chargedBefore)
    {
        foreach (var charge in sums.Charges)
        {
            foreach (var account in charge.Accounts)
            {
                Open(account).Carry(charge.Posted, charge.Overage, charge.AtMs);
            }
        }

        foreach (var placed in sums.Rest)
        {
            Apply(placed.Entry, isCarried: placed.Position < chargedBefore);
        }
    }

    /// <summary>Remembers how calls were resolved that were charged as sums: the latest are enough.</summary>
    internal void Remember(List<FoldedCall> calls)
    {
        foreach (var call in calls)
        {
            _resolved.TryAdd(call.Id, call.Resolution);
        }
    }
}
