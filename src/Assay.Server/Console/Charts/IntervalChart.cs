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
    /// <summary>How many times the highest figure is drawn at most: one that is hardly known must not press all others to the ground.</summary>
    private const int DrawnMax = 5;

    /// <summary>Where the drawing ends; a line that goes on is cut there, and the table says how far it goes.</summary>
    public long Top
    {
        get
        {
            var (value, high) = (Slots.Max(slot => slot.Value ?? 0), Slots.Max(slot => slot.High ?? 0));
            return value > 0 ? Math.Max(value, (long)Int128.Min(high, (Int128)value * DrawnMax)) : high;
        }
    }
}
