namespace Assay.Server.Console.Charts;

/// <summary>A day of a budget's window: what there was by its end, or what may be.</summary>
/// <param name="Spent">Null for a day to come.</param>
/// <param name="Low">With the two others null for a day that is over.</param>
public sealed record BurnDownDay(DateOnly Day, long? Spent, long? Low, long? Expected, long? High);

/// <summary>How a budget's window goes: what was spent so far, how it may end, and the limit.</summary>
/// <param name="Finding">What it shows, in a sentence: all that somebody must know who does not see it.</param>
/// <param name="Limit">Null where nothing is limited.</param>
/// <param name="Elapsed">How much of today is over, from 0 to 1.</param>
/// <param name="FromNothing">Whether the first day began with nothing spent.</param>
/// <param name="Days">Without gaps. Today has all values: what there is, and what there may be by its end.</param>
public sealed record BurnDownChart(
    string Id,
    string Title,
    string Finding,
    ChartUnit Unit,
    long? Limit,
    decimal Elapsed,
    bool FromNothing,
    IReadOnlyList<BurnDownDay> Days)
{
    /// <summary>The place of today among the days; the last of those with something spent.</summary>
    public int Today => Days.Count - 1 - Days.Reverse().TakeWhile(day => day.Spent is null).Count();

    /// <summary>The highest of all values, the limit included.</summary>
    public long Top => Days.Select(day => Math.Max(day.Spent ?? 0, day.High ?? 0)).Append(Limit ?? 0).Max();

    public string Say(long? value) => value is not { } amount ? ""
        : Unit == ChartUnit.NanoUsd ? Figures.Say.Usd(new Ledger.Money.NanoUsd(amount))
        : Figures.Say.Brief(amount);

    public string SayMark(long mark, long step) =>
        Unit == ChartUnit.NanoUsd ? Figures.Say.UsdMark(mark, step) : Figures.Say.Brief(mark);
}
