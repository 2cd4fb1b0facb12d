using Assay.Ledger.Money;

namespace Assay.Server.Console.Charts;

/// <summary>One slot of a series with what was to be expected.</summary>
/// <param name="Label">For the table.</param>
/// <param name="Tick">For the axis; null where it has no label.</param>
/// <param name="Spent">In nano-USD.</param>
/// <param name="Expected">What was to be expected, in nano-USD.</param>
/// <param name="High">What about 19 of 20 values stay below, in nano-USD.</param>
/// <param name="IsMarked">Whether it is what the page is about.</param>
public sealed record BandSlot(string Label, string? Tick, long Spent, long Expected, long High, bool IsMarked);

/// <summary>A series against the band that it was expected in.</summary>
public sealed record BandChart(string Id, string Title, string Finding, string SlotWord, IReadOnlyList<BandSlot> Slots)
{
    public long Top => Slots.Select(slot => Math.Max(slot.Spent, slot.High)).DefaultIfEmpty(NanoUsd.PerDollar).Max();
}
