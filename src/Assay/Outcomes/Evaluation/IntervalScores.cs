using System.Globalization;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Statistics;
using Assay.Outcomes.Worth;

namespace Assay.Outcomes.Evaluation;

/// <summary>
/// How often intervals contain the truth. The truth of a company's figure is what its kind of company costs in the long
/// run: the ratio of the sums of all other companies.
/// </summary>
internal sealed class IntervalScores
{
    private const double Dollar = 1e9;
    private const double Million = 1e6;
    private readonly List<Seen> _seen = [];

    private sealed record Seen(double Dollars, double Tokens, double Settled, double Lost, WorthFigure Whole, IReadOnlyList<WorthFigure> Teams);

    public void Add(CompanyTrial trial, AttributionResult result)
    {
        var tokens = trial.Served.Select(s => s.Call.Tokens).ToArray();
        var teams = trial.Company.People.Select(p => $"{p.Team}").ToArray();
        var index = trial.Names.Index().ToDictionary(n => n.Item, n => n.Index, StringComparer.Ordinal);
        var spend = WorthRows.Spend(
            result,
            trial.Calls,
            c => teams[index[c.Person]],
            c => tokens[int.Parse(c.Id, CultureInfo.InvariantCulture)],
            o => CompanyTrial.FateOf(trial.Reported[o]));
        var outcomes = trial.Reported.Select(c => new WorthOutcomes(teams[c.Person], trial.Names[c.Person], CompanyTrial.FateOf(c), 1)).ToList();
        var table = WorthTable.Of(spend, outcomes, new WorthSettings { Resamples = 499 });
        _seen.Add(new Seen(
            table.Whole.Money.Headline / Dollar, table.Whole.Tokens / Million, table.Whole.Settled, table.Whole.Lost, table.Whole, table.Groups));
    }

    public IEnumerable<(string Figure, int Count, double Contain)> Rows()
    {
        yield return Row("cost per settled outcome, company", s => [s.Whole], f => f.CostPerSettled, s => s.Dollars, s => s.Settled);
        yield return Row("cost per settled outcome, team", s => s.Teams, f => f.CostPerSettled, s => s.Dollars, s => s.Settled);
        yield return Row("settled outcomes per million tokens, company", s => [s.Whole], f => f.PerMillionTokens, s => s.Settled, s => s.Tokens);
        yield return Row("settled outcomes per million tokens, team", s => s.Teams, f => f.PerMillionTokens, s => s.Settled, s => s.Tokens);
        yield return Row("settled rate, company", s => [s.Whole], f => f.SettledRate, s => s.Settled, s => s.Settled + s.Lost);
        yield return Row("settled rate, team", s => s.Teams, f => f.SettledRate, s => s.Settled, s => s.Settled + s.Lost);
    }

    /// <summary>The long-run figures, for orientation.</summary>
    public (double Cost, double Rate) Truth =>
        (_seen.Sum(s => s.Dollars) / _seen.Sum(s => s.Settled), _seen.Sum(s => s.Settled) / _seen.Sum(s => s.Settled + s.Lost));

    private (string, int, double) Row(
        string name,
        Func<Seen, IReadOnlyList<WorthFigure>> figures,
        Func<WorthFigure, Estimate?> estimate,
        Func<Seen, double> above,
        Func<Seen, double> below)
    {
        var (sumAbove, sumBelow, count, contain) = (_seen.Sum(above), _seen.Sum(below), 0, 0);
        foreach (var seen in _seen)
        {
            var truth = (sumAbove - above(seen)) / (sumBelow - below(seen));
            if (!double.IsFinite(truth))
            {
                // One company alone has no others to be held against.
                continue;
            }

            foreach (var interval in figures(seen).Select(f => estimate(f)?.Interval).OfType<Interval>())
            {
                count++;
                contain += interval.Contains(truth) ? 1 : 0;
            }
        }

        return (name, count, contain / (double)count);
    }
}
