using System.Runtime.InteropServices;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>What a forecast rests on.</summary>
internal enum ForecastBasis : byte
{
    /// <summary>The scope's own days, two weeks of them or more.</summary>
    Own,

    /// <summary>Few own days; the shape of the week is that of the scope above.</summary>
    Parent,

    /// <summary>Few own days, and nothing to lean on: the week is taken as flat, or nearly so.</summary>
    Flat,
}

/// <summary>How much of the window's total there is by the end of a day: with 10 %, 50 % and 90 % of the paths below.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ForecastDay(DateOnly Day, long Low, long Expected, long High);

/// <summary>
/// How a budget's window ends if nobody intervenes. The interval from <see cref="Low"/> to <see cref="High"/> holds the
/// truth in four of five cases; that this is so is tested against the past (docs/forecast.md).
/// </summary>
/// <param name="Expected">The window's total at its end: half of the paths end above it.</param>
/// <param name="Low">One path in ten ends below it.</param>
/// <param name="High">One path in ten ends above it.</param>
/// <param name="Probability">How probable it is that the limit is reached before the window ends.</param>
/// <param name="RunsOut">The day by which half of the paths have reached the limit; null if fewer do: it lasts.</param>
/// <param name="RunsOutEarliest">The day by which one path in ten has reached it; null if fewer do.</param>
/// <param name="RunsOutLatest">The day by which nine in ten have reached it; null if fewer do: it may last.</param>
/// <param name="HistoryDays">How many complete days of the scope it rests on.</param>
/// <param name="Days">The way there, from today to the window's last day.</param>
internal sealed record BudgetForecast(
    long Expected,
    long Low,
    long High,
    double Probability,
    DateOnly? RunsOut,
    DateOnly? RunsOutEarliest,
    DateOnly? RunsOutLatest,
    ForecastBasis Basis,
    int HistoryDays,
    IReadOnlyList<ForecastDay> Days)
{
    /// <summary>The last day that it looks at.</summary>
    public DateOnly LastDay => Days[^1].Day;
}
