namespace Assay.Outcomes.Statistics;

/// <summary>
/// Draws what a small group shows towards what all groups show, the more the smaller the group is. Without it the best
/// and the worst of any list are its smallest groups.
/// </summary>
public static class Shrinkage
{
    /// <summary>A proportion with a beta prior: as if so many more cases had been seen.</summary>
    /// <param name="successes">What the group shows.</param>
    /// <param name="cases">Of how many.</param>
    /// <param name="priorSuccesses">What the whole shows, scaled to the weight it shall have.</param>
    /// <param name="priorCases">That weight, in cases.</param>
    public static double BetaBinomial(double successes, double cases, double priorSuccesses, double priorCases) =>
        cases + priorCases > 0 ? (successes + priorSuccesses) / (cases + priorCases) : double.NaN;

    /// <summary>A rate of events with a gamma prior: as if so much more had been seen.</summary>
    /// <param name="events">What the group shows.</param>
    /// <param name="exposure">In how much: days, tokens, dollars.</param>
    /// <param name="priorEvents">What the whole shows, scaled to the weight it shall have.</param>
    /// <param name="priorExposure">That weight, in the unit of the exposure.</param>
    public static double GammaPoisson(double events, double exposure, double priorEvents, double priorExposure) =>
        exposure + priorExposure > 0 ? (events + priorEvents) / (exposure + priorExposure) : double.NaN;

    /// <summary>
    /// How many cases the whole should weigh, from how much groups differ beyond chance (method of moments): heavy where
    /// they hardly differ, light where they truly do.
    /// </summary>
    /// <param name="groups">Successes and cases of each group.</param>
    /// <param name="least">The least weight.</param>
    /// <param name="most">The most weight, also where groups differ no more than chance would have it.</param>
    public static double BetaWeight(IReadOnlyList<(long Successes, long Cases)> groups, double least = 2, double most = 200)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var (successes, cases, squares, count) = (0.0, 0.0, 0.0, 0);
        foreach (var (s, n) in groups.Where(g => g.Cases > 0))
        {
            (successes, cases, squares, count) = (successes + s, cases + n, squares + ((double)n * n), count + 1);
        }

        if (count < 2)
        {
            return most;
        }

        var mean = successes / cases;
        var spread = groups.Where(g => g.Cases > 0)
            .Sum(g => g.Cases * Math.Pow(((double)g.Successes / g.Cases) - mean, 2));
        var chance = mean * (1 - mean);
        var between = (spread - ((count - 1) * chance)) / (cases - (squares / cases) - (count - 1));
        return between <= 0 || chance <= 0 || !double.IsFinite(between)
            ? most
            : Math.Clamp((chance / between) - 1, least, most);
    }
}
