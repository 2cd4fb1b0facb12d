using System.Globalization;
using Assay.Ledger.Money;

namespace Assay.Server.Console.Charts;

/// <summary>What the values of a chart are.</summary>
public enum ChartUnit
{
    NanoUsd,
    Tokens,
}

/// <summary>One slot on the time axis.</summary>
/// <param name="Label">Short, for the axis.</param>
/// <param name="FullLabel">For the table and the tooltip.</param>
/// <param name="Labelled">Whether the axis has room for the label.</param>
/// <param name="Future">The slot has not begun.</param>
public sealed record ChartSlot(string Label, string FullLabel, bool Labelled, bool Future);

/// <summary>One series of a chart; values in the order of the slots.</summary>
/// <param name="Tone">Which of the six tones it is drawn in.</param>
public sealed record ChartSeries(string Name, int Tone, IReadOnlyList<long> Values)
{
    public long Sum => Values.Sum();
}

/// <summary>Values over time, in stacked columns.</summary>
public sealed record TimeChart(
    string Id,
    string Title,
    string Finding,
    ChartUnit Unit,
    string SlotWord,
    IReadOnlyList<ChartSlot> Slots,
    IReadOnlyList<ChartSeries> Series)
{
    public long Sum => Series.Sum(series => series.Sum);

    public long SlotSum(int slot) => Series.Sum(series => series.Values[slot]);

    public string SayMark(long mark, long step) => Unit == ChartUnit.NanoUsd ? Figures.Say.UsdMark(mark, step) : Say(mark);

    public string Say(long value) => Unit switch
    {
        ChartUnit.NanoUsd => Figures.Say.Usd(new NanoUsd(value)),
        _ => Figures.Say.Brief(value),
    };
}

/// <summary>A scale from zero to a round top value with a handful of round steps.</summary>
public sealed class ChartScale
{
    private ChartScale(long top, long step)
    {
        Top = top;
        Step = step;
    }

    public long Top { get; }

    public long Step { get; }

    /// <summary>The round values on the scale, without zero.</summary>
    public IEnumerable<long> Marks
    {
        get
        {
            for (var mark = Step; mark <= Top; mark += Step)
            {
                yield return mark;
            }
        }
    }

    /// <summary>A scale that holds <paramref name="largest"/> with at most <paramref name="marks"/> marks.</summary>
    public static ChartScale For(long largest, int marks = 4)
    {
        largest = Math.Max(largest, 1);
        long power = 1;
        while (power <= largest / 10)
        {
            power *= 10;
        }

        foreach (var step in Steps(power))
        {
            var needed = (largest + step - 1) / step;
            if (needed <= marks)
            {
                return new ChartScale(needed * step, step);
            }
        }

        return new ChartScale(power * 10, power * 10);
    }

    /// <summary>A value's place on the scale in percent, for SVG attributes.</summary>
    public string Percent(long value) =>
        Math.Clamp(100m * value / Top, 0, 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";

    private static IEnumerable<long> Steps(long power)
    {
        if (power >= 10)
        {
            yield return power / 10;
            yield return power / 5;
            yield return power / 4;
            yield return power / 2;
        }

        yield return power;
        yield return power * 2;
        if (power >= 10)
        {
            yield return power / 2 * 5;
        }

        yield return power * 5;
        yield return power * 10;
    }
}
