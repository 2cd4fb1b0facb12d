using System.Runtime.InteropServices;
using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Measures;

/// <summary>Lines that were accepted together.</summary>
/// <param name="Lines">How many were added.</param>
/// <param name="Days">How long they were seen alive.</param>
/// <param name="Ended">Whether they were then taken back.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AcceptedLines(long Lines, double Days, bool Ended);

/// <summary>
/// Which part of accepted lines outlives a number of days (Kaplan and Meier, each line a case). Lines of one change are
/// taken back together, so the interval is that of changes, not of lines.
/// </summary>
/// <param name="Share">The part of lines; null when nothing was watched for so long.</param>
/// <param name="Interval">Where the part of changes may lie.</param>
/// <param name="Changes">How many changes.</param>
/// <param name="Lines">How many lines.</param>
public sealed record LineSurvival(double? Share, Interval? Interval, int Changes, long Lines)
{
    /// <summary>Computes it.</summary>
    public static LineSurvival At(double days, IEnumerable<AcceptedLines> accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        var sorted = accepted.Where(a => a.Lines > 0).OrderBy(a => a.Days).ToList();
        var curve = KaplanMeier.Of(sorted.Select(a => (a.Days, a.Ended)));
        var (share, atRisk) = (1.0, sorted.Sum(a => (double)a.Lines));
        foreach (var moment in sorted.GroupBy(a => a.Days).TakeWhile(moment => moment.Key <= days))
        {
            share *= 1 - (moment.Where(a => a.Ended).Sum(a => (double)a.Lines) / atRisk);
            atRisk -= moment.Sum(a => (double)a.Lines);
        }

        return new LineSurvival(curve.At(days) is null ? null : share, curve.IntervalAt(days, 0.9), sorted.Count, sorted.Sum(a => a.Lines));
    }
}
