namespace Assay.Server.Console.Charts;

/// <summary>One slot with a figure and where it may lie.</summary>
/// <param name="Tick">For the axis.</param>
/// <param name="Label">For the table.</param>
/// <param name="Value">In nano-USD; null where there is not enough to say.</param>
/// <param name="Low">The lower end, in nano-USD; null where it is not known.</param>
/// <param name="High">The upper end.</param>
/// <param name="Note">What the table says of it.</param>
public sealed record IntervalSlot(string Tick, string Label, long? Value, long? Low, long? High, string Note);

/// <summary>A figure over time, with how sure it is.</summary>
public sealed record IntervalChart(string Id, string Title, string Finding, string SlotWord, string ValueWord, IReadOnlyList<IntervalSlot> Slots)
{
    public long Top => Slots.Max(slot => Math.Max(slot.Value ?? 0, slot.High ?? 0));
}
