using System.Runtime.InteropServices;
using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Measures;

/// <summary>How many of the lines that a change added were still there later, as its repository's history tells.</summary>
/// <param name="Added">How many it added.</param>
/// <param name="Alive14">How many of them were there 14 days after it was accepted; null while that is to come.</param>
/// <param name="Alive30">After 30 days.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CountedLines(long Added, long? Alive14, long? Alive30)
{
    /// <summary>More than any change adds.</summary>
    public const long LinesMax = 10_000_000;

    /// <summary>Whether it can be: lines do not come back.</summary>
    public bool IsPossible() => Added is > 0 and <= LinesMax && Alive14 is null or >= 0 && Alive30 is null or >= 0
        && !(Alive14 > Added) && !(Alive30 > Alive14) && (Alive30 is null || Alive14 is not null);
}

/// <summary>Lines that were accepted together.</summary>
/// <param name="Lines">How many were added, as the code host says; 0 if it does not.</param>
/// <param name="Days">How long ago that was.</param>
/// <param name="RevertedDays">After how long all were taken back; null if they never were.</param>
/// <param name="Counted">What was counted line by line; null if nobody did.</param>
public sealed record AcceptedLines(long Lines, double Days, double? RevertedDays, CountedLines? Counted);

/// <summary>
/// Which part of accepted lines outlives 14 or 30 days (Kaplan and Meier, each line a case, with looks at 14 and 30 days).
/// Where lines were not counted they are seen to die only together, when their change is taken back. Lines of one change are
/// written and rewritten together, so the interval is that of changes.
/// </summary>
/// <param name="Share">The part of lines; null when nothing was watched for so long.</param>
/// <param name="Interval">Where it may lie, 90 %.</param>
/// <param name="Counted">Of how many changes that were watched for so long the lines were counted.</param>
/// <param name="Whole">Of how many only the taking back is known.</param>
/// <param name="Young">How many are too young to say.</param>
/// <param name="Lines">How many lines all of them added.</param>
public sealed record LineSurvival(double? Share, Interval? Interval, int Counted, int Whole, int Young, long Lines)
{
    private const int First = 14;
    private const int Second = 30;

    /// <summary>Computes it.</summary>
    /// <param name="days">14 or 30.</param>
    /// <param name="accepted">All changes, also those that are too young.</param>
    public static LineSurvival At(int days, IEnumerable<AcceptedLines> accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        if (days is not (First or Second))
        {
            throw new ArgumentOutOfRangeException(nameof(days), days, "Lines are looked at after 14 and 30 days.");
        }

        var (cases, counted, young, lines) = (new List<WatchedCase>(), 0, 0, 0L);
        foreach (var change in accepted)
        {
            var all = change.Counted?.Added ?? change.Lines;
            if (all <= 0)
            {
                continue;
            }

            var watched = Watched(change, all);
            cases.Add(watched);
            lines += all;
            young += watched.Until < days ? 1 : 0;
            counted += (days == First ? change.Counted?.Alive14 : change.Counted?.Alive30) is not null ? 1 : 0;
        }

        var curve = KaplanMeier.Of(cases);
        return new LineSurvival(curve.At(days), curve.IntervalAt(days, 0.9), counted, cases.Count - counted - young, young, lines);
    }

    // A change says something of a time only if it was watched until its end: one that is five days old and was taken back
    // on the third must not count where its like that stands is left out.
    private static WatchedCase Watched(AcceptedLines change, long all)
    {
        if ((change.Counted?.Alive14 ?? Uncounted(change, First, all)) is not { } at14)
        {
            return new WatchedCase(Math.Min(change.Days, First - 1), all, []);
        }

        return (change.Counted?.Alive30 ?? Uncounted(change, Second, at14)) is { } at30
            ? new WatchedCase(Second, all, [(First, all - at14), (Second, at14 - at30)])
            : new WatchedCase(First, all, [(First, all - at14)]);
    }

    private static long? Uncounted(AcceptedLines change, int days, long alive) =>
        change.Days < days ? null : change.RevertedDays <= days ? 0 : alive;
}
