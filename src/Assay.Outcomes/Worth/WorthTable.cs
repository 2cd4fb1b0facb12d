using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Worth;

/// <summary>
/// What settled outcomes cost: of the whole, and cut by a key. All spend of a group is divided by its settled outcomes:
/// what was given up, taken back or leads to nothing known is part of the price of what lasted.
/// </summary>
/// <remarks>
/// The period should end a settling window ago. What is provisional is kept out, money and outcomes alike, but the part
/// of unattributed spend that served provisional work cannot be told apart and stays in.
/// </remarks>
public sealed class WorthTable
{
    private const double NanosOfDollar = 1e9;
    private const double Million = 1e6;
    private const int PeopleOfItsOwn = 30;

    private WorthTable(WorthFigure whole, IReadOnlyList<WorthFigure> groups) => (Whole, Groups) = (whole, groups);

    /// <summary>All groups together; its key is empty.</summary>
    public WorthFigure Whole { get; }

    /// <summary>Each group, by its key. Not by its figure: that would be a ranking.</summary>
    public IReadOnlyList<WorthFigure> Groups { get; }

    /// <summary>Makes the figures.</summary>
    /// <param name="spend">All spend of the period, whatever became of it.</param>
    /// <param name="outcomes">All outcomes of the period.</param>
    /// <param name="settings">What may be shown.</param>
    public static WorthTable Of(IReadOnlyList<WorthSpend> spend, IReadOnlyList<WorthOutcomes> outcomes, WorthSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(spend);
        ArgumentNullException.ThrowIfNull(outcomes);
        settings ??= new WorthSettings();
        var sums = new WorthSums("");
        var groups = new SortedDictionary<string, WorthSums>(StringComparer.Ordinal);
        foreach (var row in spend)
        {
            sums.Add(row);
            Of(groups, row.Key).Add(row);
        }

        foreach (var row in outcomes)
        {
            sums.Add(row);
            Of(groups, row.Key).Add(row);
        }

        var weight = Shrinkage.BetaWeight([.. groups.Values.Select(g => ((long)g.Settled, (long)g.Settled + g.Lost))]);
        var figures = groups.Values.Select(g => Figure(g, sums, weight, settings)).ToList();
        return new WorthTable(Figure(sums, sums, weight, settings), Compare(figures, sums));
    }

    private static WorthFigure Figure(WorthSums group, WorthSums whole, double weight, WorthSettings settings)
    {
        var finished = group.Settled + group.Lost;
        var verdict = group.People < settings.PeopleMin ? WorthVerdict.TooFewPeople
            : group.Settled < settings.OutcomesMin ? WorthVerdict.NotEnough
            : WorthVerdict.Shown;
        var figure = new WorthFigure
        {
            Key = group.Key,
            People = group.People,
            Money = group.Money,
            Tokens = group.Tokens,
            Settled = group.Settled,
            Lost = group.Lost,
            Provisional = group.Provisional,
            Verdict = verdict,
            Missing = Math.Max(0, settings.OutcomesMin - group.Settled),
        };
        if (verdict != WorthVerdict.TooFewPeople && finished >= settings.OutcomesMin)
        {
            var rate = whole.Settled / (double)(whole.Settled + whole.Lost);
            figure = figure with
            {
                SettledRate = new Estimate(
                    group.Settled / (double)finished,
                    Proportion.Clustered(group.Rates(), settings.Confidence),
                    Shrinkage.BetaBinomial(group.Settled, finished, rate * weight, weight)),
            };
        }

        if (verdict != WorthVerdict.Shown || group.Money.Headline <= 0 || group.Tokens <= 0)
        {
            return figure;
        }

        var prior = settings.PriorOutcomes / whole.Settled;
        return figure with
        {
            CostPerSettled = Cost(group, whole, prior, settings),
            PerMillionTokens = Tokens(group, whole, prior, settings),
        };
    }

    private static Estimate Cost(WorthSums group, WorthSums whole, double prior, WorthSettings settings)
    {
        var dollars = group.Money.Headline / NanosOfDollar;
        var shrunk = Shrinkage.GammaPoisson(
            group.Settled, dollars, settings.PriorOutcomes, prior * whole.Money.Headline / NanosOfDollar);
        return new Estimate(dollars / group.Settled, Ratio(group.CostParts(), whole.CostParts(), settings), 1 / shrunk);
    }

    private static Estimate Tokens(WorthSums group, WorthSums whole, double prior, WorthSettings settings)
    {
        var millions = group.Tokens / Million;
        // Drawn as tokens for each outcome, whose denominator no draw makes small, and turned round.
        var interval = Ratio(group.TokenParts(), whole.TokenParts(), settings) is { } each ? new Interval(1 / each.High, 1 / each.Low) : default(Interval?);
        return new Estimate(
            group.Settled / millions,
            interval,
            Shrinkage.GammaPoisson(group.Settled, millions, settings.PriorOutcomes, prior * whole.Tokens / Million));
    }

    // A small group borrows from the whole how much people differ, where the whole is large enough to lend it.
    private static Interval? Ratio(IReadOnlyList<RatioPart> parts, IReadOnlyList<RatioPart> pool, WorthSettings settings) =>
        parts.Count < PeopleOfItsOwn && pool.Count >= PeopleOfItsOwn
            ? ClusterBootstrap.Ratio(parts, pool, new Draws(settings.Seed), settings.Confidence, settings.Resamples)
            : ClusterBootstrap.Ratio(parts, new Draws(settings.Seed), settings.Confidence, settings.Resamples);

    private static List<WorthFigure> Compare(List<WorthFigure> figures, WorthSums whole)
    {
        var (settled, finished) = (whole.Settled, whole.Settled + whole.Lost);
        var compared = figures.Where(f => f.SettledRate is not null && finished > f.Settled + f.Lost).ToList();
        var adjusted = BenjaminiHochberg.Adjust([.. compared.Select(f => Proportion.DifferenceP(
            f.Settled, f.Settled + f.Lost, settled - f.Settled, finished - f.Settled - f.Lost))]);
        var differs = compared.Zip(adjusted).ToDictionary(p => p.First.Key, p => p.Second, StringComparer.Ordinal);
        return [.. figures.Select(f => differs.TryGetValue(f.Key, out var p) ? f with { RateDiffers = p } : f)];
    }

    private static WorthSums Of(SortedDictionary<string, WorthSums> groups, string key)
    {
        if (!groups.TryGetValue(key, out var sums))
        {
            groups[key] = sums = new WorthSums(key);
        }

        return sums;
    }
}
