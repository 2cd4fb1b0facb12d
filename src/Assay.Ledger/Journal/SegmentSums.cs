using System.Runtime.InteropServices;
using Assay.Ledger.Book;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Journal;

/// <summary>What the calls of one segment that were reserved and settled in it charged to the same accounts in one hour.</summary>
/// <param name="Accounts">The accounts, each once.</param>
/// <param name="AtMs">A moment in the hour.</param>
/// <param name="Posted">What was charged.</param>
/// <param name="Overage">How much of it went beyond what had been held.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FoldedCharge(string[] Accounts, long AtMs, Amounts Posted, Amounts Overage);

/// <summary>A call that was reserved and settled in the same segment.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FoldedCall(Guid Id, Resolution Resolution);

/// <summary>An entry that does not fold, and where it stands.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlacedEntry(JournalEntry Entry, long Offset, long Position);

/// <summary>
/// One segment, read and checked: the calls that begin and end in it folded into sums, and the few other entries as they
/// are. It changes a book as its entries would, one after the other.
/// </summary>
/// <param name="callsExpected">About how many calls fold; room is made for them at once.</param>
internal sealed class SegmentSums(int callsExpected)
{
    public required SegmentHeader Header { get; init; }

    /// <summary>How many entries the segment has.</summary>
    public long Entries { get; set; }

    public List<FoldedCharge> Charges { get; } = [];

    public List<FoldedCall> Calls { get; } = new(callsExpected);

    /// <summary>In their order.</summary>
    public List<PlacedEntry> Rest { get; } = [];

    /// <summary>Where reading stopped, in the file and in the journal.</summary>
    public long EndOffset { get; set; }

    public long EndPosition { get; set; }

    /// <summary><see cref="FrameStatus.End"/>, or what stands behind the last whole frame.</summary>
    public FrameStatus Status { get; set; }
}
