using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>
/// Whether more units reach days that hardly any reached before. Where relations break first is the tail: a few who burn
/// very much move no average of many. Each unit is compared with itself (McNemar's exact test).
/// </summary>
internal static class Extremes
{
    private const double TopPart = 0.98;
    private const int DaysMin = 50;

    /// <param name="input">What is known.</param>
    /// <param name="baselineFrom">The first day of the baseline.</param>
    /// <param name="windowFrom">The first day of the window.</param>
    /// <param name="growth">How many times more gold there is than before: so much more of the metric is no extreme.</param>
    public static AuditFinding? Ask(AuditInput input, long baselineFrom, long windowFrom, double growth)
    {
        var length = input.LastDay - windowFrom + 1;
        var before = input.Days.Where(d => d.Day >= baselineFrom && d.Day < input.TargetDay && d.Proxy > 0).Select(d => d.Proxy).Order().ToList();
        if (before.Count < DaysMin || length > input.TargetDay - baselineFrom)
        {
            return null;
        }

        var high = before[(int)(TopPart * (before.Count - 1))];
        // As many days of before as there are of after; else the longer time has more chances.
        var wasHigh = Above(input, input.TargetDay - length, input.TargetDay - 1, high);
        var isHigh = Above(input, windowFrom, input.LastDay, high * Math.Max(1, growth));
        var (gained, lost) = (isHigh.Except(wasHigh).Count(), wasHigh.Except(isHigh).Count());
        var probability = Tail(gained, gained + lost);
        var units = input.Days.Select(d => d.Unit).Distinct(StringComparer.Ordinal).Count();
        return new AuditFinding(
            AuditQuestion.Extremes,
            wasHigh.Count,
            isHigh.Count,
            (isHigh.Count - wasHigh.Count) / (double)units,
            null,
            probability,
            probability,
            false);
    }

    private static HashSet<string> Above(AuditInput input, long from, long to, double high) =>
        input.Days.Where(d => d.Day >= from && d.Day <= to && d.Proxy > high).Select(d => d.Unit).ToHashSet(StringComparer.Ordinal);

    // The probability of so many heads or more with a fair coin.
    private static double Tail(int heads, int tosses)
    {
        var (term, sum) = (Math.Pow(0.5, Math.Min(tosses, 1000)), 0.0);
        if (tosses > 1000)
        {
            return 1 - Normal.Below((heads - 0.5 - (tosses / 2.0)) / Math.Sqrt(tosses / 4.0));
        }

        for (var k = 0; k <= tosses; k++)
        {
            sum += k >= heads ? term : 0;
            term *= (tosses - k) / (k + 1.0);
        }

        return Math.Min(1, sum);
    }
}
