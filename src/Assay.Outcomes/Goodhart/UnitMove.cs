using System.Runtime.InteropServices;

namespace Assay.Outcomes.Goodhart;

/// <summary>How far one unit moved between the baseline and the window.</summary>
/// <param name="Proxy">How much more of the metric there is on a day: the difference of means of logarithms.</param>
/// <param name="OwnGold">How much more of the gold, on the same scale, as far as its few cases can tell.</param>
/// <param name="Gold">How much more of the gold on a day, in parts of what a unit has on average.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnitMove(double Proxy, double OwnGold, double Gold)
{
    // Added to each day's metric, in parts of the median of days that have any: a day with nothing has no logarithm.
    private const double Floor = 0.5;

    // As many cases of gold are added before and after: of one who had two cases and now has three nothing is known yet.
    private const double Shrink = 16;

    /// <summary>
    /// The moves of all units that were there both before and now; who comes or goes is compared with nothing. Days count by
    /// their logarithms, not weeks by their sums, so that no single day decides; and the whole baseline counts, not only as
    /// many days of it as there are now.
    /// </summary>
    public static List<UnitMove> Of(AuditInput input, long baselineFrom, long windowFrom)
    {
        var (daysBefore, daysAfter) = ((double)(input.TargetDay - baselineFrom), (double)(input.LastDay - windowFrom + 1));
        var days = input.Days
            .Where(d => (d.Day >= baselineFrom && d.Day < input.TargetDay) || (d.Day >= windowFrom && d.Day <= input.LastDay))
            .GroupBy(d => (d.Unit, d.Day))
            .Select(g => new MetricDay(g.Key.Unit, g.Key.Day, g.Sum(d => d.Proxy), g.Sum(d => d.Gold)))
            .Where(d => d.Proxy > 0 || d.Gold > 0).ToList();
        var active = days.Where(d => d.Proxy > 0).Select(d => d.Proxy).Order().ToList();
        var gold = days.Sum(d => d.Gold);
        if (active.Count == 0 || gold <= 0)
        {
            return [];
        }

        var floor = Floor * active[active.Count / 2];
        // Of gold in dollars no dollar is a case: what counts as one is told by how uneven days are.
        var oneCase = days.Sum(d => d.Gold * d.Gold) / gold;
        var units = days.GroupBy(d => d.Unit, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Where(g => g.Any(d => d.Day < input.TargetDay) && g.Any(d => d.Day >= input.TargetDay)).ToList();
        var mean = units.Sum(u => u.Sum(d => d.Gold)) / (units.Count * (daysBefore + daysAfter));
        return mean <= 0 ? [] : units.ConvertAll(unit =>
        {
            var (proxyBefore, proxyAfter, goldBefore, goldAfter) = (0.0, 0.0, 0.0, 0.0);
            foreach (var day in unit)
            {
                var grown = Math.Log((day.Proxy + floor) / floor);
                (proxyBefore, goldBefore, proxyAfter, goldAfter) = day.Day < input.TargetDay
                    ? (proxyBefore + grown, goldBefore + day.Gold, proxyAfter, goldAfter)
                    : (proxyBefore, goldBefore, proxyAfter + grown, goldAfter + day.Gold);
            }

            return new UnitMove(
                (proxyAfter / daysAfter) - (proxyBefore / daysBefore),
                Math.Log(((goldAfter / oneCase) + Shrink) / ((goldBefore / oneCase * daysAfter / daysBefore) + Shrink)),
                ((goldAfter / daysAfter) - (goldBefore / daysBefore)) / mean);
        });
    }
}
